import {
  CreateTopicCommand,
  DeleteTopicCommand,
  InvalidParameterException,
  NotFoundException,
  paginateListTopics,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import type { ChannelAdmin } from '../channel-admin.ts';
import { PROTOCOLS_ATTRIBUTE } from '../pipeline.ts';

/** Channels through the SNS API. `tags` are put on each. */
export function snsChannelAdmin(
  client: SNSClient,
  arnPrefix: string,
  tags: Readonly<Record<string, string>> = {},
): ChannelAdmin {
  const arnOf = (topicId: string) => `${arnPrefix}${topicId}`;
  const namePrefix = arnPrefix.split(':').at(-1);
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
          // No display name: SNS would put it in front of every SMS and break the one-part limit.
          Attributes: { Policy: JSON.stringify(policy(arnOf(topicId))) },
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    },
    async remove(topicId) {
      await client.send(new DeleteTopicCommand({ TopicArn: arnOf(topicId) }));
    },
    async subscribe({ topicId, protocol, endpoint }) {
      const { SubscriptionArn = '' } = await client.send(
        new SubscribeCommand({
          TopicArn: arnOf(topicId),
          Protocol: protocol,
          Endpoint: endpoint,
          // The filter keeps what is published again for another protocol away.
          Attributes: { FilterPolicy: JSON.stringify({ [PROTOCOLS_ATTRIBUTE]: [protocol] }) },
          ReturnSubscriptionArn: true,
        }),
      );
      return SubscriptionArn;
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

/** What SNS allows by default, for the account's own roles, and nothing over plain HTTP. */
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
