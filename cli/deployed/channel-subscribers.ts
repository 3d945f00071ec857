import {
  paginateListSubscriptions,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';

/** A subscriber of a channel, confirmed or not. */
export interface Subscriber {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/**
 * Returns the subscribers of a channel; undefined when there is no such channel.
 * @throws the SDK's other errors
 */
export async function readSubscribers(sns: SNSClient, arn: string): Promise<Subscriber[] | undefined> {
  const subscribers: Subscriber[] = [];
  try {
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client: sns },
      { TopicArn: arn },
    )) {
      subscribers.push(...Subscriptions.flatMap(toSubscriber));
    }
  } catch (error) {
    if (error instanceof Error && /^NotFound/.test(error.name)) return undefined;
    throw error;
  }
  return subscribers;
}

/**
 * Returns the subscribers of each channel whose ARN has the prefix. Lists all subscriptions of the account and region, a
 * hundred in each call, because SNS would throttle thousands of calls, one for each channel. `onProgress` gets the number
 * of subscriptions read.
 */
export async function readAllSubscribers(
  sns: SNSClient,
  arnPrefix: string,
  onProgress: (read: number) => void,
): Promise<ReadonlyMap<string, Subscriber[]>> {
  const channels = new Map<string, Subscriber[]>();
  for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
    for (const { TopicArn = '' } of Topics) if (TopicArn.startsWith(arnPrefix)) channels.set(TopicArn, []);
  }
  let read = 0;
  for await (const { Subscriptions = [] } of paginateListSubscriptions({ client: sns }, {})) {
    read += Subscriptions.length;
    onProgress(read);
    for (const subscription of Subscriptions)
      channels.get(subscription.TopicArn ?? '')?.push(...toSubscriber(subscription));
  }
  return channels;
}

function toSubscriber({ Protocol = '', Endpoint = '', SubscriptionArn = '' }: Subscription): Subscriber[] {
  // SNS lists deleted subscriptions for a while.
  if (SubscriptionArn === 'Deleted') return [];
  return [{ protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn.startsWith('arn:') }];
}
