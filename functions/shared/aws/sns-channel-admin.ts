import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  NotFoundException,
  paginateListTopics,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import type { ChannelSubscription } from '../model.ts';
import { type DeliveryName, PROTOCOLS_ATTRIBUTE, QUEUE_AUDIENCES } from '../pipeline.ts';
import type { ChannelAdmin } from '../ports.ts';
import { subscriberFilter } from '../subscriber-filter.ts';
import { snsSubscribe } from './sns-subscribe.ts';

const KEY_ATTRIBUTE = 'KmsMasterKeyId';

export interface ChannelSettings {
  /** Tags of new channels. */
  readonly tags?: Readonly<Record<string, string>>;
  /** KMS key that encrypts channels at rest; none by default. */
  readonly key?: string | undefined;
  /** ARNs of the queues that are subscribed, by the function that reads them. */
  readonly queueArns?: Readonly<Partial<Record<DeliveryName, string | undefined>>>;
}

/** Returns the administration of channels through the SNS API. `arnPrefix` is the part of an ARN before the topic's id. */
export function snsChannelAdmin(
  client: SNSClient,
  arnPrefix: string,
  { tags = {}, key, queueArns = {} }: ChannelSettings = {},
): ChannelAdmin {
  const arnOf = (topicId: string) => `${arnPrefix}${topicId}`;
  const namePrefix = arnPrefix.split(':').at(-1);
  async function encrypt(TopicArn: string, AttributeValue: string): Promise<void> {
    const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    // Keeps a key that was set by hand.
    if (Attributes[KEY_ATTRIBUTE]) return;
    await client.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: KEY_ATTRIBUTE, AttributeValue }),
    );
  }
  return {
    async list() {
      const found: string[] = [];
      for await (const { Topics = [] } of paginateListTopics({ client }, {})) {
        const arns = Topics.map(({ TopicArn = '' }) => TopicArn).filter((arn) => arn.startsWith(arnPrefix));
        found.push(...arns.map((arn) => arn.slice(arnPrefix.length)));
      }
      return found;
    },
    async create(topicId) {
      await client.send(
        new CreateTopicCommand({
          Name: `${namePrefix}${topicId}`,
          // No display name: SNS would put it in front of every SMS, and the SMS would then exceed one part.
          Attributes: {
            Policy: JSON.stringify(policy(arnOf(topicId))),
            ...(key === undefined ? {} : { [KEY_ATTRIBUTE]: key }),
          },
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    },
    ...(key === undefined ? {} : { encrypt: (topicId: string) => encrypt(arnOf(topicId), key) }),
    async remove(topicId) {
      await client.send(new DeleteTopicCommand({ TopicArn: arnOf(topicId) }));
    },
    async subscribe(subscription) {
      const { topicId, protocol } = subscription;
      const endpoint = protocol === 'sqs' ? queueArns[subscription.endpoint] : subscription.endpoint;
      const attributes = subscriptionAttributes(subscription);
      const wanted = { topicArn: arnOf(topicId), protocol, endpoint, attributes };
      const { arn, hasAttributes } = await snsSubscribe(client, wanted);
      // The endpoint was subscribed by hand, without the filter.
      for (const [AttributeName, AttributeValue] of Object.entries(hasAttributes ? {} : attributes)) {
        await client.send(
          new SetSubscriptionAttributesCommand({ SubscriptionArn: arn, AttributeName, AttributeValue }),
        );
      }
      return arn;
    },
    async unsubscribe(subscriptionArn) {
      try {
        await client.send(new UnsubscribeCommand({ SubscriptionArn: subscriptionArn }));
      } catch (error) {
        if (!(error instanceof NotFoundException || error instanceof InvalidParameterException)) throw error;
      }
    },
  };
}

/**
 * Returns the attributes of a subscription. A publish may be for only some of the protocols, so a subscription accepts only
 * publishes for its own. Chat services follow email.
 */
export function subscriptionAttributes(subscription: ChannelSubscription): Record<string, string> {
  const { protocol, endpoint } = subscription;
  if (protocol !== 'sqs') return { FilterPolicy: JSON.stringify(subscriberFilter({ protocol, endpoint })) };
  return {
    FilterPolicy: JSON.stringify({ [PROTOCOLS_ATTRIBUTE]: QUEUE_AUDIENCES[endpoint] }),
    // The message in the queue is the alert itself, without SNS's envelope.
    RawMessageDelivery: 'true',
  };
}

/** Returns SNS's default policy, restricted to the actions that the account's own roles use, and without plain HTTP. */
function policy(arn: string) {
  const account = arn.split(':')[4];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Owner',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['sns:Publish', 'sns:Subscribe', 'sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
      {
        Sid: 'NoPlainHttp',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}
