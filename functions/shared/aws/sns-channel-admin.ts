import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  NotFoundException,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { PROTOCOLS_ATTRIBUTE } from '../pipeline.ts';
import type { ChannelAdmin } from '../ports.ts';

const KEY_ATTRIBUTE = 'KmsMasterKeyId';
const ATTRIBUTES_DIFFER = /already exists with different attributes/;

export interface ChannelSettings {
  /** Tags of new channels. */
  readonly tags?: Readonly<Record<string, string>>;
  /** KMS key that encrypts channels at rest; none by default. */
  readonly key?: string | undefined;
}

/** Returns the administration of channels through the SNS API. `arnPrefix` is the part of an ARN before the topic's id. */
export function snsChannelAdmin(
  client: SNSClient,
  arnPrefix: string,
  { tags = {}, key }: ChannelSettings = {},
): ChannelAdmin {
  const arnOf = (topicId: string) => `${arnPrefix}${topicId}`;
  const namePrefix = arnPrefix.split(':').at(-1);
  async function find(topicArn: string, protocol: string, endpoint: string): Promise<string | undefined> {
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client },
      { TopicArn: topicArn },
    )) {
      const found = Subscriptions.find(
        ({ Protocol, Endpoint }) => Protocol === protocol && Endpoint === endpoint,
      );
      if (found?.SubscriptionArn?.startsWith('arn:')) return found.SubscriptionArn;
    }
    return undefined;
  }
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
    async subscribe({ topicId, protocol, endpoint }) {
      const TopicArn = arnOf(topicId);
      // A publish may be for only some of the protocols, so a subscription accepts only publishes for its own.
      const FilterPolicy = JSON.stringify({ [PROTOCOLS_ATTRIBUTE]: [protocol] });
      try {
        const { SubscriptionArn = '' } = await client.send(
          new SubscribeCommand({
            TopicArn,
            Protocol: protocol,
            Endpoint: endpoint,
            Attributes: { FilterPolicy },
            ReturnSubscriptionArn: true,
          }),
        );
        return SubscriptionArn;
      } catch (error) {
        // The endpoint was subscribed by hand, without the filter.
        const arn = ATTRIBUTES_DIFFER.test(String(error))
          ? await find(TopicArn, protocol, endpoint)
          : undefined;
        if (arn === undefined) throw error;
        await client.send(
          new SetSubscriptionAttributesCommand({
            SubscriptionArn: arn,
            AttributeName: 'FilterPolicy',
            AttributeValue: FilterPolicy,
          }),
        );
        return arn;
      }
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
