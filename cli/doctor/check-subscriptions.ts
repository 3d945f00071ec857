import type { Subscription } from '../../functions/shared/model.ts';
import { PROTOCOLS_ATTRIBUTE, QUEUES } from '../../functions/shared/pipeline.ts';
import { redactAddress } from '../../functions/shared/redact-address.ts';
import { count } from '../../functions/shared/text/count.ts';
import { abbreviateList } from '../../local/format-time.ts';
import { readAllSubscribers, readSubscribers, type Subscriber } from '../deployed/channel-subscribers.ts';
import { readQueue } from '../deployed/read-queue.ts';
import { locationInArn } from '../deployed/read-stack.ts';
import { channelPrefix, OUTPUTS, queueNames } from '../deployed/resource-names.ts';
import { type CheckContext, deployCommand, throttleProgress } from './check-context.ts';
import { type CheckResult, checkEach, ok } from './check-result.ts';

/** Who is subscribed to a topic's channel; undefined when there is no channel. */
export interface ChannelFacts {
  readonly topicId: string;
  readonly arn: string;
  readonly subscribers: readonly Subscriber[] | undefined;
}

type Wanted = Pick<Subscription, 'protocol' | 'endpoint'>;

export function subscriptionResults(
  channels: readonly ChannelFacts[],
  wanted: readonly Subscription[],
  deploy: string,
): CheckResult[] {
  const missing = new Map<string, { one: Wanted; channels: ChannelFacts[] }>();
  const pending = new Map<string, { one: Subscriber; topics: string[] }>();
  const findings: CheckResult[] = [];
  let confirmed = 0;
  for (const channel of channels) {
    const { topicId, arn, subscribers } = channel;
    if (subscribers === undefined) {
      findings.push(channelMissing(topicId, arn, deploy));
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
    if (subscribers.length === 0 && here.length === 0)
      findings.push(topicWithoutSubscribers(topicId, deploy));
  }
  findings.push(...Array.from(missing.values(), ({ one, channels }) => subscriptionMissing(one, channels)));
  findings.push(...Array.from(pending.values(), ({ one, topics }) => unconfirmedResult(one, topics)));
  if (findings.length > 0) return findings;
  return [
    ok(
      'subscriptions',
      `${count(channels.length, 'channel')}, ${count(confirmed, 'confirmed subscription')}`,
    ),
  ];
}

function isSameSubscriber(wanted: Wanted, { protocol, endpoint }: Subscriber): boolean {
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
    seen: `topic ${topicId} has no channel: there is no ${arn}`,
    means: 'the topic is not deployed, or its channel was deleted; its alerts cannot be sent',
    next: `deploy: ${deploy}; if it was deleted by hand, with -c recheck=${topicId}-again (any text not given before), or channels are not looked at`,
  };
}

/** Topics beyond the first are left to the reader, who has the command. */
function subscriptionMissing(one: Wanted, [first, ...others]: readonly ChannelFacts[]): CheckResult {
  const topics = [first, ...others].map((channel) => channel?.topicId ?? '');
  const attributes = JSON.stringify({
    FilterPolicy: JSON.stringify({ [PROTOCOLS_ATTRIBUTE]: [one.protocol] }),
  });
  const again = others.length > 0 ? ' (and so for each of the topics)' : '';
  return {
    level: 'problem',
    check: 'subscriptions',
    code: 'subscription-missing',
    about: subscriberName(one),
    seen: `${subscriberName(one)} is in the file, but not subscribed to ${abbreviateList(topics)}`,
    means: 'it receives nothing of these: never deployed, not confirmed within 48 hours, or unsubscribed',
    next:
      'if it is new in the file, deploy. Else it is not asked again by deploying, but by hand' +
      `${again}: aws sns subscribe --topic-arn ${first?.arn} --protocol ${one.protocol} --notification-endpoint ${quoted(one.endpoint)} --attributes '${attributes}'`,
  };
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function unconfirmedResult(one: Subscriber, topics: readonly string[]): CheckResult {
  return {
    level: 'warning',
    check: 'subscriptions',
    code: 'subscription-unconfirmed',
    about: subscriberName(one),
    seen: `${subscriberName(one)} has not confirmed ${abbreviateList(topics)}`,
    means: 'nothing is sent to it until it does, and after 48 hours it can no longer',
    next:
      one.protocol === 'email'
        ? 'follow the link in the mail from no-reply@sns.amazonaws.com (one mail per topic; look among the spam)'
        : 'see why the endpoint does not answer the confirmation that SNS has sent to it',
  };
}

function topicWithoutSubscribers(topicId: string, deploy: string): CheckResult {
  return {
    level: 'warning',
    check: 'subscriptions',
    code: 'topic-unheard',
    about: topicId,
    seen: `nobody is subscribed to topic ${topicId}`,
    means: 'its alerts are sent to no one',
    next: `add a recipient to the file and deploy (${deploy}), or drop the topic`,
  };
}

/** Everything of a channel's ARN that precedes the topic's id. */
async function arnPrefix({ stack, name, clients }: CheckContext): Promise<string> {
  const output = stack?.outputs[OUTPUTS.channelPrefix];
  if (output) return output;
  const { partition, region, account } =
    stack?.location ??
    locationInArn((await readQueue(clients.sqs, queueNames(name, QUEUES[0]).live, clients.region)).arn);
  return `arn:${partition}:sns:${region}:${account}:${channelPrefix(name)}`;
}

/** SNS answers 30 such calls a second; beyond so many channels it is better asked for all that it has. */
const MAX_SEPARATE_READS = 100;

export const checkSubscriptions = {
  name: 'subscriptions',
  what: 'who is subscribed',
  needsFile: true,
  async run(visit: CheckContext): Promise<readonly CheckResult[]> {
    const { loaded } = visit;
    const { topics } = loaded.config;
    const prefix = await arnPrefix(visit);
    const { results, findings } =
      topics.length > MAX_SEPARATE_READS
        ? await readAllChannels(visit, prefix)
        : await readEachChannel(visit, prefix);
    if (results.length === 0) return findings;
    return [...findings, ...subscriptionResults(results, loaded.subscriptions, deployCommand(visit))];
  },
} as const;

interface ChannelsRead {
  readonly results: readonly ChannelFacts[];
  readonly findings: readonly CheckResult[];
}

function readEachChannel({ clients, loaded }: CheckContext, prefix: string): Promise<ChannelsRead> {
  return checkEach(
    'subscriptions',
    'who is subscribed to',
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
  const told = throttleProgress(progress);
  const channels = await readAllSubscribers(clients.sns, prefix, (seen) =>
    told(`read ${count(seen, 'subscription')}`),
  );
  const results = loaded.config.topics.map(({ id }) => {
    const arn = `${prefix}${id}`;
    return { topicId: id, arn, subscribers: channels.get(arn) };
  });
  return { results, findings: [] };
}
