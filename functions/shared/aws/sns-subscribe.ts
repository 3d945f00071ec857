import { paginateListSubscriptionsByTopic, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';

const ATTRIBUTES_DIFFER = /already exists with different attributes/;

export interface SnsSubscription {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Subscribes an endpoint to a channel. Leaves a subscription with other attributes as it is.
 * @returns its ARN, even if it is not confirmed yet, and whether it has the attributes
 */
export async function snsSubscribe(
  client: SNSClient,
  subscription: SnsSubscription,
): Promise<{ readonly arn: string; readonly hasAttributes: boolean }> {
  const { topicArn, protocol, endpoint, attributes } = subscription;
  try {
    const { SubscriptionArn = '' } = await client.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: protocol,
        Endpoint: endpoint,
        Attributes: { ...attributes },
        ReturnSubscriptionArn: true,
      }),
    );
    return { arn: SubscriptionArn, hasAttributes: true };
  } catch (error) {
    const arn = ATTRIBUTES_DIFFER.test(String(error)) ? await find(client, subscription) : undefined;
    if (arn === undefined) throw error;
    return { arn, hasAttributes: false };
  }
}

async function find(
  client: SNSClient,
  { topicArn, protocol, endpoint }: SnsSubscription,
): Promise<string | undefined> {
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
