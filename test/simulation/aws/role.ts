import { ownValue } from '../../../functions/shared/own-value.ts';
import {
  chat,
  type DeployedQueueName,
  isDelivery,
  mail,
  push,
  type StageSpec,
  signup,
  stages,
  table,
} from '../../../functions/shared/pipeline.ts';
import type { Item } from '../../../local/dynamodb/condition.ts';
import type { SimulatedFunction } from '../run-record.ts';
import type { Call } from './wire.ts';

/**
 * Returns the action that a stage's role does not allow, with its resource and key, or undefined if the call is allowed.
 * Roles come from functions/shared/pipeline.ts; test/lib/roles.test.ts checks that the stack has the same ones.
 */
export function refusalOf(
  stage: SimulatedFunction | 'signup',
  call: Call,
  urlOf: (queue: DeployedQueueName) => string,
): string | undefined {
  const { sendsTo, publishes, table: accesses } = { ...stages, push, chat, mail, signup: SIGNUP }[stage];
  switch (call.service) {
    case 'sns':
      if (stage === 'signup') return undefined;
      if (stage === 'mail' && LISTING.includes(call.operation)) return undefined;
      return call.operation === 'Publish' && publishes ? undefined : `sns:${call.operation}`;
    case 'sqs': {
      const url = String(call.input.QueueUrl);
      const sends = call.operation === 'SendMessageBatch' && sendsTo.some((queue) => urlOf(queue) === url);
      const own = isDelivery(stage)
        ? { ChangeMessageVisibility: urlOf(stage), SendMessage: deadUrlOf(urlOf(stage)) }
        : {};
      return sends || ownValue(own, call.operation) === url ? undefined : `sqs:${call.operation} ${url}`;
    }
    case 'dynamodb': {
      const { operation, input } = call;
      const dueIndex = input.IndexName === undefined ? undefined : true;
      const refused = leadingKeys(call.input).find(
        (key) =>
          !accesses.some(
            (access) =>
              access.dueIndex === dueIndex &&
              (access.actions as readonly string[]).includes(operation) &&
              access.keys.some((pattern) => isLike(key, pattern)),
          ),
      );
      return refused === undefined
        ? undefined
        : `dynamodb:${operation} ${input.IndexName ?? 'table'} ${refused}`;
    }
  }
}

/** The calls to SNS of the function for mail. */
const LISTING = ['ListSubscriptionsByTopic', 'GetSubscriptionAttributes'];

/** The sign-up page sends to no queue. */
const SIGNUP: Omit<StageSpec, 'trigger'> = { ...signup, sendsTo: [] };

/** Returns the URL of a queue's dead-letter queue. */
export const deadUrlOf = (url: string): string => `${url}-dead`;

/** Returns the partition keys that a request names, or `(none)` if it names none, which no role allows. */
function leadingKeys(input: Readonly<Record<string, unknown>>): string[] {
  const {
    RequestItems = {},
    Key,
    Item,
    ExpressionAttributeValues,
  } = input as {
    readonly RequestItems?: Readonly<
      Record<string, readonly Readonly<Record<string, { Item?: Item; Key?: Item }>>[]>
    >;
    readonly Key?: Item;
    readonly Item?: Item;
    readonly ExpressionAttributeValues?: Item;
  };
  const named = [
    ...Object.values(RequestItems)
      .flat()
      .flatMap((request) => Object.values(request))
      .map((one) => (one.Item ?? one.Key)?.[table.partitionKey]),
    (Key ?? Item)?.[table.partitionKey],
    ...('KeyConditionExpression' in input ? [ExpressionAttributeValues?.[':p']] : []),
  ].flatMap((key) => (key?.S === undefined ? [] : [String(key.S)]));
  return named.length > 0 ? named : ['(none)'];
}

function isLike(key: string, pattern: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}
