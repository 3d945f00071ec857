import { deployedChats } from '../../config/recipients.ts';
import { subscriptionAttributes } from '../../functions/shared/aws/sns-channel-admin.ts';
import type { ChannelSubscription, Subscription } from '../../functions/shared/model.ts';
import { DELIVERIES, type DeliveryName, QUEUES } from '../../functions/shared/pipeline.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { count } from '../../functions/shared/text/count.ts';
import { abbreviateList } from '../../local/format-time.ts';
import { readAllSubscribers, readSubscribers, type Subscriber } from '../deployed/channel-subscribers.ts';
import { readQueue } from '../deployed/read-queue.ts';
import { locationInArn } from '../deployed/read-stack.ts';
import { channelPrefix, OUTPUTS, queueNames } from '../deployed/resource-names.ts';
import { throttleProgress } from '../shared/throttle-progress.ts';
import { type CheckContext, deployCommand } from './check-context.ts';
import { type CheckResult, checkEach, ok } from './check-result.ts';

/** The channel of a topic. */
export interface ChannelFacts {
  readonly topicId: string;
  readonly arn: string;
  /** Undefined when there is no such channel. */
  readonly subscribers: readonly Subscriber[] | undefined;
}

/** A subscription that there should be. */
type Wanted = (Subscription & { readonly delivery?: undefined }) | QueueSubscription;

interface QueueSubscription {
  readonly topicId: string;
  readonly protocol: 'sqs';
  /** ARN of the queue. */
  readonly endpoint: string;
  /** The function that reads the queue. */
  readonly delivery: DeliveryName;
}

export function subscriptionResults(
  channels: readonly ChannelFacts[],
  wanted: readonly Wanted[],
  deploy: string,
): CheckResult[] {
  const missing = new Map<string, { one: Wanted; channels: ChannelFacts[] }>();
  const pending = new Map<string, { one: Subscriber; topics: string[] }>();
  const results: CheckResult[] = [];
  let confirmed = 0;
  for (const channel of channels) {
    const { topicId, arn, subscribers } = channel;
    if (subscribers === undefined) {
      results.push(channelMissing(topicId, arn, deploy));
      continue;
    }
    const here = wanted.filter((one) => one.topicId === topicId);
    for (const one of here.filter((one) => !subscribers.some((other) => isSameSubscriber(one, other)))) {
      const entry = missing.get(subscriberName(one)) ?? { one, channels: [] };
      entry.channels.push(channel);
      missing.set(subscriberName(one), entry);
    }
    for (const one of subscribers.filter((one) => !one.confirmed)) {
      const entry = pending.get(subscriberName(one)) ?? { one, topics: [] };
      entry.topics.push(topicId);
      pending.set(subscriberName(one), entry);
    }
    confirmed += subscribers.filter((one) => one.confirmed).length;
    if (subscribers.length === 0 && here.length === 0) results.push(topicWithoutSubscribers(topicId, deploy));
  }
  results.push(...Array.from(missing.values(), ({ one, channels }) => subscriptionMissing(one, channels)));
  results.push(...Array.from(pending.values(), ({ one, topics }) => unconfirmedResult(one, topics)));
  if (results.length > 0) return results;
  return [
    ok(
      'subscriptions',
      `${count(channels.length, 'channel')}, ${count(confirmed, 'confirmed subscription')}`,
    ),
  ];
}

function isSameSubscriber(
  wanted: Pick<Wanted, 'protocol' | 'endpoint'>,
  { protocol, endpoint }: Subscriber,
): boolean {
  return wanted.protocol === protocol && wanted.endpoint.toLowerCase() === endpoint.toLowerCase();
}

const subscriberName = ({ protocol, endpoint }: { protocol: string; endpoint: string }) =>
  `${protocol} ${/^https?:/.test(endpoint) ? redactAddress(endpoint) : endpoint}`;

function channelMissing(topicId: string, arn: string, deploy: string): CheckResult {
  return {
    level: 'problem',
    check: 'subscriptions',
    code: 'channel-missing',
    about: topicId,
    seen: `topic ${topicId} has no channel: ${arn} does not exist`,
    means: 'the topic is not deployed, or its channel was deleted; its alerts cannot be sent',
    next: `deploy: ${deploy}; if the channel was deleted by hand, add -c recheck=${topicId}-again (any text not used before), or the deployment does not check the channels`,
  };
}

/** The result shows the command for the first topic only; the user can adapt it to the others. */
function subscriptionMissing(one: Wanted, [first, ...others]: readonly ChannelFacts[]): CheckResult {
  const topics = [first, ...others].map((channel) => channel?.topicId ?? '');
  const attributes = JSON.stringify(subscriptionAttributes(asDeployed(one)));
  const each = others.length > 0 ? ' (for each of the topics)' : '';
  return {
    level: 'problem',
    check: 'subscriptions',
    code: 'subscription-missing',
    about: subscriberName(one),
    seen:
      one.delivery !== undefined
        ? `the ${one.delivery} queue is not subscribed to ${abbreviateList(topics)}`
        : `${subscriberName(one)} is in the file, but is not subscribed to ${abbreviateList(topics)}`,
    means:
      one.delivery !== undefined
        ? `${DELIVERY_READERS[one.delivery]} receive no alerts of these topics: the queue was never deployed, or somebody has removed the subscription`
        : 'it receives no alerts of these topics: it was never deployed, not confirmed within 48 hours, or unsubscribed',
    next:
      'if it is new in the file, deploy. Otherwise deploying does not subscribe it again; run this command' +
      `${each}: aws sns subscribe --topic-arn ${first?.arn} --protocol ${one.protocol} --notification-endpoint ${quoted(one.endpoint)} --attributes '${attributes}'`,
  };
}

/** Quotes a text as one word for a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function unconfirmedResult(one: Subscriber, topics: readonly string[]): CheckResult {
  return {
    level: 'warning',
    check: 'subscriptions',
    code: 'subscription-unconfirmed',
    about: subscriberName(one),
    seen: `${subscriberName(one)} has not confirmed its subscription to ${abbreviateList(topics)}`,
    means: 'it receives nothing until it confirms, which is possible for 48 hours',
    next:
      one.protocol === 'email'
        ? 'follow the link in the mail from no-reply@sns.amazonaws.com (one mail for each topic; check the spam folder)'
        : 'find out why the endpoint does not answer the confirmation request from SNS',
  };
}

function topicWithoutSubscribers(topicId: string, deploy: string): CheckResult {
  return {
    level: 'warning',
    check: 'subscriptions',
    code: 'topic-unheard',
    about: topicId,
    seen: `nobody is subscribed to topic ${topicId}`,
    means: 'its alerts reach nobody',
    next: `add a recipient to the file and deploy (${deploy}), or remove the topic`,
  };
}

/** Returns the ARN of a channel without the topic's id. */
async function arnPrefix({ stack, name, clients }: CheckContext): Promise<string> {
  const output = stack?.outputs[OUTPUTS.channelPrefix];
  if (output) return output;
  const { partition, region, account } =
    stack?.location ??
    locationInArn((await readQueue(clients.sqs, queueNames(name, QUEUES[0]).live, clients.region)).arn);
  return `arn:${partition}:sns:${region}:${account}:${channelPrefix(name)}`;
}

/** SNS allows 30 such calls a second. With more channels than this, listing all subscriptions is faster. */
const MAX_SEPARATE_READS = 100;

export const checkSubscriptions = {
  name: 'subscriptions',
  what: 'the subscriptions',
  needsFile: true,
  async run(context: CheckContext): Promise<readonly CheckResult[]> {
    const { loaded } = context;
    const { topics } = loaded.config;
    const prefix = await arnPrefix(context);
    const { values, failures } =
      topics.length > MAX_SEPARATE_READS
        ? await readAllChannels(context, prefix)
        : await readEachChannel(context, prefix);
    if (values.length === 0) return failures;
    const wanted = [...loaded.subscriptions, ...queueSubscriptions(context, prefix)];
    return [...failures, ...subscriptionResults(values, wanted, deployCommand(context))];
  },
} as const;

/** Returns a subscription as the deployment makes it, where the function stands for its queue. */
const asDeployed = (one: Wanted): ChannelSubscription =>
  one.delivery === undefined ? one : { topicId: one.topicId, protocol: 'sqs', endpoint: one.delivery };

const DELIVERY_READERS: Readonly<Record<DeliveryName, string>> = {
  chat: 'chat services',
  mail: 'readers by email',
};

/** Returns the subscriptions of the queues. `prefix`: the ARN of a channel without the topic's id. */
function queueSubscriptions({ loaded, name }: CheckContext, prefix: string): Wanted[] {
  const { partition, region, account } = locationInArn(prefix);
  const { config, chats } = loaded;
  const topicIds: Readonly<Record<DeliveryName, readonly string[]>> = {
    chat: deployedChats(chats).flatMap((one) => one.topicIds),
    mail: config.htmlEmail ? config.topics.map(({ id }) => id) : [],
  };
  return DELIVERIES.flatMap((delivery) => {
    const endpoint = `arn:${partition}:sqs:${region}:${account}:${queueNames(name, delivery).live}`;
    return [...new Set(topicIds[delivery])].map(
      (topicId): Wanted => ({ topicId, protocol: 'sqs', endpoint, delivery }),
    );
  });
}

interface ChannelsRead {
  readonly values: readonly ChannelFacts[];
  readonly failures: readonly CheckResult[];
}

function readEachChannel({ clients, loaded }: CheckContext, prefix: string): Promise<ChannelsRead> {
  return checkEach(
    'subscriptions',
    'the subscribers of',
    loaded.config.topics,
    ({ id }) => id,
    async ({ id }) => {
      const arn = `${prefix}${id}`;
      return { topicId: id, arn, subscribers: await readSubscribers(clients.sns, arn) };
    },
  );
}

async function readAllChannels(
  { clients, loaded, progress }: CheckContext,
  prefix: string,
): Promise<ChannelsRead> {
  const report = throttleProgress(progress);
  const channels = await readAllSubscribers(clients.sns, prefix, (read) =>
    report(`read ${count(read, 'subscription')}`),
  );
  const values = loaded.config.topics.map(({ id }) => {
    const arn = `${prefix}${id}`;
    return { topicId: id, arn, subscribers: channels.get(arn) };
  });
  return { values, failures: [] };
}
