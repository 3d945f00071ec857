import {
  paginateListSubscriptions,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';

/** Somebody who is subscribed to a channel, or was asked to confirm that. */
export interface Subscriber {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/** Undefined when there is no such channel; the SDK's errors else. */
export async function readSubscribers(sns: SNSClient, arn: string): Promise<Subscriber[] | undefined> {
  const found: Subscriber[] = [];
  try {
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client: sns },
      { TopicArn: arn },
    )) {
      found.push(...Subscriptions.flatMap(toSubscriber));
    }
  } catch (error) {
    if (error instanceof Error && /^NotFound/.test(error.name)) return undefined;
    throw error;
  }
  return found;
}

/**
 * Who is subscribed to each channel whose ARN begins so, of all in the account and region: a call per hundred, where
 * thousands of channels asked one by one would be throttled. `onProgress` gets how many subscriptions were seen.
 */
export async function readAllSubscribers(
  sns: SNSClient,
  arnPrefix: string,
  onProgress: (seen: number) => void,
): Promise<ReadonlyMap<string, Subscriber[]>> {
  const channels = new Map<string, Subscriber[]>();
  for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
    for (const { TopicArn = '' } of Topics) if (TopicArn.startsWith(arnPrefix)) channels.set(TopicArn, []);
  }
  let seen = 0;
  for await (const { Subscriptions = [] } of paginateListSubscriptions({ client: sns }, {})) {
    seen += Subscriptions.length;
    onProgress(seen);
    for (const one of Subscriptions) channels.get(one.TopicArn ?? '')?.push(...toSubscriber(one));
  }
  return channels;
}

function toSubscriber({ Protocol = '', Endpoint = '', SubscriptionArn = '' }: Subscription): Subscriber[] {
  // SNS goes on listing for a while who has left.
  if (SubscriptionArn === 'Deleted') return [];
  return [{ protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn.startsWith('arn:') }];
}
