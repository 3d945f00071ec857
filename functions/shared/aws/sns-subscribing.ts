import {
  GetSubscriptionAttributesCommand,
  InvalidParameterException,
  NotFoundException,
  PublishCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  type SNSClient,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import type { SmsSettings } from '../model.ts';
import { PROTOCOLS_ATTRIBUTE } from '../pipeline.ts';
import type { FilterPolicy, ListedSubscription, Subscribing } from '../ports.ts';
import { smsAttributes } from './sns-channels.ts';
import { snsSubscribe } from './sns-subscribe.ts';

/** Returns what people who sign up do, through the SNS API. `arnPrefix` is the part of a channel's ARN before the topic's id. */
export function snsSubscribing(client: SNSClient, arnPrefix: string, sms: SmsSettings = {}): Subscribing {
  /** Returns undefined if a subscription does not exist. SNS calls one that was removed long ago an invalid parameter. */
  async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof NotFoundException || error instanceof InvalidParameterException) return undefined;
      throw error;
    }
  }
  const subscribing: Subscribing = {
    async subscribe({ topicId, protocol, endpoint }, filterPolicy) {
      const topicArn = `${arnPrefix}${topicId}`;
      const attributes = { FilterPolicy: JSON.stringify(filterPolicy) };
      const { arn, hasAttributes } = await snsSubscribe(client, { topicArn, protocol, endpoint, attributes });
      // Somebody has subscribed this address by hand. Without a filter, it would also get what is for others.
      if (!hasAttributes && (await subscribing.find(arn))?.filterPolicy === undefined)
        await subscribing.setFilter(arn, filterPolicy);
      return arn;
    },
    async find(SubscriptionArn) {
      const found = await unlessGone(client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn })));
      if (!found) return undefined;
      const { Protocol = '', Endpoint = '', PendingConfirmation, FilterPolicy } = found.Attributes ?? {};
      return {
        protocol: Protocol,
        endpoint: Endpoint,
        isPending: PendingConfirmation === 'true',
        filterPolicy: FilterPolicy === undefined ? undefined : (JSON.parse(FilterPolicy) as FilterPolicy),
      };
    },
    async list(topicId, pages) {
      const found: ListedSubscription[] = [];
      const pageList = paginateListSubscriptionsByTopic({ client }, { TopicArn: `${arnPrefix}${topicId}` });
      for (let left = pages; left > 0; left--) {
        // The channel of a topic that was removed from the file is gone.
        const next = await unlessGone(pageList.next());
        if (!next || next.done) break;
        const { Subscriptions = [] } = next.value;
        found.push(
          ...Subscriptions.map(({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
            protocol: Protocol,
            endpoint: Endpoint,
            arn: SubscriptionArn.startsWith('arn:') ? SubscriptionArn : undefined,
          })),
        );
      }
      return found;
    },
    async setFilter(SubscriptionArn, filterPolicy) {
      const AttributeValue = JSON.stringify(filterPolicy);
      const changed = await unlessGone(
        client.send(
          new SetSubscriptionAttributesCommand({
            SubscriptionArn,
            AttributeName: 'FilterPolicy',
            AttributeValue,
          }),
        ),
      );
      return changed !== undefined;
    },
    async unsubscribe(SubscriptionArn) {
      await unlessGone(client.send(new UnsubscribeCommand({ SubscriptionArn })));
    },
    async sendEmail(topicId, to, { subject, text }) {
      await client.send(
        new PublishCommand({
          TopicArn: `${arnPrefix}${topicId}`,
          Subject: subject,
          MessageStructure: 'json',
          Message: JSON.stringify({ default: text, email: text }),
          MessageAttributes: {
            [PROTOCOLS_ATTRIBUTE]: { DataType: 'String.Array', StringValue: JSON.stringify(to) },
          },
        }),
      );
    },
    async sendSms(PhoneNumber, Message) {
      await client.send(new PublishCommand({ PhoneNumber, Message, MessageAttributes: smsAttributes(sms) }));
    },
  };
  return subscribing;
}
