import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { DeliveryDeps, QueuedAlert } from '../delivery/deps.ts';
import { type DeliveryName, PROTOCOLS_ATTRIBUTE, QUEUE_AUDIENCES } from '../pipeline.ts';

/** A handler of a queue that is subscribed to channels. */
export type DeliveryHandler = (
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SQSBatchResponse>;

/**
 * Returns a handler of a function's queue. `deliver` returns the ids of the messages that go back to the queue. Ignores what is
 * not for the queue: the filter of a new subscription may not be in force yet.
 */
export function deliveryHandler(
  name: DeliveryName,
  deliver: (messages: readonly QueuedAlert[], time: Pick<DeliveryDeps, 'remainingMs'>) => Promise<string[]>,
): DeliveryHandler {
  return async ({ Records }, context) => {
    const messages = Records.filter(isFor(name)).map(
      ({ messageId: id, receiptHandle: receipt, body, attributes }) => ({
        id,
        receipt,
        body,
        sentAt: Number(attributes.SentTimestamp),
      }),
    );
    const left = await deliver(messages, { remainingMs: () => context.getRemainingTimeInMillis() });
    return { batchItemFailures: left.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** Messages that the function has put into the dead-letter queue have no attributes. */
const isFor =
  (name: DeliveryName) =>
  ({ messageAttributes = {} }: SQSRecord): boolean => {
    const published = messageAttributes[PROTOCOLS_ATTRIBUTE]?.stringValue;
    return published === undefined || QUEUE_AUDIENCES[name].some((one) => published.includes(`"${one}"`));
  };
