import { ServiceError } from '../../../local/dynamodb/service-error.ts';
import { type FilterPolicy, matchesPolicy, parseFilterPolicy } from '../../../local/sns/filter-policy.ts';
import { type Publication, readPublication } from '../../../local/sns/publication.ts';
import { QueryParameters } from '../../../local/sns/query-parameters.ts';
import { asSnsError } from '../../../local/sns/sns-error.ts';
import { readSubscriptionAttributes } from '../../../local/sns/subscription-attributes.ts';

/** A subscription of a person to a channel. */
export interface MemorySubscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: 'email' | 'sms';
  readonly endpoint: string;
  isConfirmed: boolean;
  /** JSON. */
  filterPolicy: string;
}

export interface MemorySnsOptions {
  readonly channels: ReadonlySet<string>;
  /** Called for a publish to a channel, with the people who receive it. */
  readonly onPublish: (
    topicArn: string,
    publication: Publication,
    receivers: readonly MemorySubscription[],
  ) => void;
  /** Called for an SMS to a number. */
  readonly onSms: (number: string, text: string) => void;
}

/**
 * The part of SNS that functions call, in memory. Accepts the same publishes as local mode's SNS endpoint. Emails have to be
 * confirmed.
 */
export class MemorySns {
  readonly subscriptions: MemorySubscription[] = [];
  readonly #options: MemorySnsOptions;
  #published = 0;

  constructor(options: MemorySnsOptions) {
    this.#options = options;
  }

  /** Answers a request. Throws the ServiceError with which SNS would refuse it. */
  answer(operation: string, form: URLSearchParams): unknown {
    const parameters = new QueryParameters(form);
    try {
      switch (operation) {
        case 'Publish':
          return this.#publish(parameters);
        case 'Subscribe':
          return this.#subscribe(parameters);
        case 'GetSubscriptionAttributes':
          return { Attributes: attributesOf(this.#find(parameters)) };
        case 'SetSubscriptionAttributes': {
          const change = new Map([['FilterPolicy', parameters.required('AttributeValue')]]);
          const { filterPolicy = '' } = readSubscriptionAttributes(change, 'email', '');
          this.#find(parameters).filterPolicy = filterPolicy;
          return {};
        }
        case 'Unsubscribe': {
          const arn = parameters.required('SubscriptionArn');
          const at = this.subscriptions.findIndex((one) => one.arn === arn && one.isConfirmed);
          if (at >= 0) this.subscriptions.splice(at, 1);
          return {};
        }
        case 'ListSubscriptionsByTopic':
          return {
            Subscriptions: this.subscriptions
              .filter(({ topicArn }) => topicArn === parameters.required('TopicArn'))
              .map(({ arn, isConfirmed, protocol, endpoint, topicArn }) => ({
                SubscriptionArn: isConfirmed ? arn : 'PendingConfirmation',
                Protocol: protocol,
                Endpoint: endpoint,
                TopicArn: topicArn,
              })),
          };
        default:
          throw new ServiceError('InvalidAction', `${operation} is not simulated`);
      }
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      const { code, message, status } = asSnsError(error);
      throw new ServiceError(code, message, status);
    }
  }

  #publish(parameters: QueryParameters): unknown {
    const publication = readPublication(parameters);
    const number = parameters.get('PhoneNumber');
    if (number === undefined) {
      const topicArn = this.#channel(parameters);
      const values = new Map(publication.attributes.map(({ name, values }) => [name, values]));
      const receivers = this.subscriptions.filter(
        (one) =>
          one.isConfirmed &&
          one.topicArn === topicArn &&
          (one.filterPolicy === '' || matchesPolicy(parsed(one.filterPolicy), values)),
      );
      this.#options.onPublish(topicArn, publication, receivers);
    } else this.#options.onSms(number, publication.bodies.default ?? '');
    return { MessageId: `published-${++this.#published}` };
  }

  #subscribe(parameters: QueryParameters): unknown {
    const topicArn = this.#channel(parameters);
    const protocol = parameters.required('Protocol') as MemorySubscription['protocol'];
    const endpoint = parameters.required('Endpoint');
    const { filterPolicy = '' } = readSubscriptionAttributes(parameters.map('Attributes'), protocol, '');
    const existing = this.subscriptions.find(
      (one) => one.topicArn === topicArn && one.protocol === protocol && one.endpoint === endpoint,
    );
    if (existing && existing.filterPolicy !== filterPolicy) {
      throw new ServiceError(
        'InvalidParameter',
        'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
      );
    }
    const arn = existing?.arn ?? `${topicArn}:${this.subscriptions.length}-${++this.#published}`;
    if (!existing)
      this.subscriptions.push({
        arn,
        topicArn,
        protocol,
        endpoint,
        isConfirmed: protocol === 'sms',
        filterPolicy,
      });
    return { SubscriptionArn: arn };
  }

  #channel(parameters: QueryParameters): string {
    const topicArn = parameters.required('TopicArn');
    if (!this.#options.channels.has(topicArn))
      throw new ServiceError('NotFound', 'Topic does not exist', 404);
    return topicArn;
  }

  #find(parameters: QueryParameters): MemorySubscription {
    const arn = parameters.required('SubscriptionArn');
    const found = this.subscriptions.find((one) => one.arn === arn);
    if (!found) throw new ServiceError('NotFound', 'Subscription does not exist', 404);
    return found;
  }
}

const policies = new Map<string, FilterPolicy>();

function parsed(text: string): FilterPolicy {
  const known = policies.get(text) ?? parseFilterPolicy(text);
  policies.set(text, known);
  return known;
}

function attributesOf(subscription: MemorySubscription): ReadonlyMap<string, string> {
  const { arn, topicArn, protocol, endpoint, isConfirmed, filterPolicy } = subscription;
  return new Map([
    ['SubscriptionArn', arn],
    ['TopicArn', topicArn],
    ['Protocol', protocol],
    ['Endpoint', endpoint],
    ['PendingConfirmation', String(!isConfirmed)],
    ...(filterPolicy === '' ? [] : [['FilterPolicy', filterPolicy] as const]),
  ]);
}
