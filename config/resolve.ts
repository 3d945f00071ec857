import { distinctId, generatedId } from '../functions/shared/feed-id.ts';
import { hash64 } from '../functions/shared/hash.ts';
import { hostOf, hostTitle } from '../functions/shared/item-source.ts';
import type { Contact, Feed, PipelineConfig, Query, Subscription, Topic } from '../functions/shared/model.ts';
import { pollOffsets } from '../functions/shared/poll-schedule.ts';
import { secretNames } from '../functions/shared/secrets.ts';
import { isLoopbackAddress } from './checks/feed-address.ts';
import { type CompiledQueries, unknownSources } from './compile-queries.ts';
import { renamedKeyWarnings, toPolicies } from './delivery-policies.ts';
import { parseInterval, toMilliseconds } from './duration.ts';
import { nearestName } from './query/nearest-name.ts';
import { renamedFeeds, withCurrentIds } from './renamed-feeds.ts';
import type { ConfigFile } from './schema/schema.ts';

/** A valid file as the stages, the deployment and local mode use it. */
export interface ResolvedConfig {
  readonly config: PipelineConfig;
  /** The real recipients, by topic. */
  readonly subscriptions: readonly Subscription[];
  /** Addresses reserved for examples (example.com, 555-01xx): shown, never subscribed. */
  readonly placeholders: readonly Subscription[];
  /** Recipients of notices about the system itself, without placeholders. */
  readonly operations: readonly Contact[];
  readonly warnings: readonly string[];
}

/** Turns a valid file into what the stages use: defaults filled in, queries compiled, recipients as subscriptions. */
export function resolveConfig(
  file: ConfigFile,
  { queries, urgent }: Pick<CompiledQueries, 'queries' | 'urgent'>,
): ResolvedConfig {
  const defaults = file.defaults ?? {};
  const feeds = withOffsets(
    withUniqueIds((file.feeds ?? []).map((feed) => toFeed(feed, defaults.every ?? DEFAULT_INTERVAL))),
  );
  const isGenerated = (_: Feed, index: number) => {
    const entry = file.feeds?.[index];
    return typeof entry === 'string' || entry?.id === undefined;
  };
  const renamed = renamedFeeds(feeds.filter(isGenerated), feeds);
  const warnings: string[] = [];
  const topics = file.topics.map((topic, index) => {
    const current = (query: Query | undefined) =>
      query &&
      withCurrentIds(query, renamed, (id) => {
        warnings.push(`topics.${topic.id} names a feed by the id of an earlier release; write source:${id}`);
      });
    return toTopic(topic, { query: current(queries[index]), urgent: current(urgent[index]) }, defaults);
  });
  const everyone = toSubscriptions(file);
  const secrets = [...new Set(feeds.flatMap(({ url }) => secretNames(url)))].sort();
  const recipients = smsRecipients(everyone);
  const { smsParts } = defaults;
  const month = smsParts === undefined || smsParts === 'off' ? DEFAULT_SMS_PARTS : smsParts.month;
  const hasSmsBound = smsParts === undefined ? Object.keys(recipients).length > 0 : smsParts !== 'off';
  const body: Omit<PipelineConfig, 'version'> = {
    feeds,
    topics,
    firstPoll: toMilliseconds(defaults.firstPoll ?? '24h'),
    onAmbiguous: { email: 'resend', sms: 'skip', ...dropUndefined(defaults.onAmbiguous ?? {}) },
    // Recipients are counted only where it matters: a new one would make all feeds due.
    ...(hasSmsBound ? { smsParts: { month, recipients } } : {}),
    ...(defaults.timezone === undefined ? {} : { timeZone: defaults.timezone }),
    ...(defaults.sms ? { sms: dropUndefined(defaults.sms) } : {}),
    ...(defaults.userAgent === undefined ? {} : { userAgent: defaults.userAgent }),
    ...(secrets.length > 0 ? { secrets } : {}),
  };
  const placeholders = everyone.filter(isPlaceholder);
  const operations = distinct((file.operations ?? []).flatMap(contacts));
  return {
    config: { version: hash64(JSON.stringify(body)), ...body },
    subscriptions: everyone.filter((subscription) => !isPlaceholder(subscription)),
    placeholders,
    operations: operations.filter((contact) => !isPlaceholder(contact)),
    warnings: [
      ...warnings,
      ...similarFeedWarnings(feeds.filter(isGenerated)),
      ...renamedKeyWarnings(file),
      ...generalWarnings(body, everyone, [...placeholders, ...operations.filter(isPlaceholder)]),
      ...(smsParts === undefined ? [] : smsOnlyWarnings(body, everyone)),
      ...duplicateRecipientWarnings(file),
      ...missingUrgentWarnings(file, body.topics),
    ],
  };
}

/** Twenty minutes at most: the last feed to be asked still tells of news within minutes. */
const DEFAULT_INTERVAL = '5m to 20m';

/** SMS parts in a month: some thirty a day for each of two recipients. */
const DEFAULT_SMS_PARTS = 2_000;

type UnscheduledFeed = Omit<Feed, 'offset'>;

function toFeed(
  feed: NonNullable<ConfigFile['feeds']>[number],
  usual: string,
): UnscheduledFeed & { given: boolean } {
  const entry = typeof feed === 'string' ? { url: feed } : feed;
  return {
    given: entry.id !== undefined,
    id: entry.id ?? generatedId(entry.url),
    url: entry.url,
    title: entry.title ?? hostTitle(entry.url),
    ...(entry.title === undefined ? { untitled: true as const } : {}),
    ...parseInterval(entry.every ?? usual),
    tags: entry.tags ?? [],
    enabled: entry.enabled ?? true,
    ...(entry.userAgent === undefined ? {} : { userAgent: entry.userAgent }),
  };
}

function withOffsets(feeds: readonly UnscheduledFeed[]): Feed[] {
  const offsets = pollOffsets(feeds);
  return feeds.map((feed) => ({ ...feed, offset: offsets.get(feed.id) ?? 0 }));
}

// Two addresses can have one slug (long ones, or http beside https); an id that a person gave is never changed.
function withUniqueIds(feeds: readonly (UnscheduledFeed & { given: boolean })[]): UnscheduledFeed[] {
  const count = new Map<string, number>();
  for (const { id } of feeds) count.set(id, (count.get(id) ?? 0) + 1);
  return feeds.map(({ given, ...feed }) =>
    given || count.get(feed.id) === 1 ? feed : { ...feed, id: distinctId(feed.url) },
  );
}

/** Feeds whose ids come from what may be a secret, for nothing else tells them apart. */
function similarFeedWarnings(generated: readonly Feed[]): string[] {
  const alike = Map.groupBy(generated, ({ url }) => generatedId(url));
  return [...alike.values()].flatMap((feeds) =>
    feeds.length > 1 && feeds[0]?.url.includes('?')
      ? [
          `the addresses of ${feeds.map((feed) => feed.id).join(' and ')} differ only in what looks like a secret, of which their ids hold a hash: give each an id`,
        ]
      : [],
  );
}

function toTopic(
  topic: ConfigFile['topics'][number],
  { query, urgent }: { readonly query: Query | undefined; readonly urgent: Query | undefined },
  defaults: NonNullable<ConfigFile['defaults']>,
): Topic {
  return {
    id: topic.id,
    name: topic.name ?? topic.id,
    ...(query ? { query } : {}),
    ...(urgent ? { urgent } : {}),
    ...(topic.timezone === undefined ? {} : { timeZone: topic.timezone }),
    ...toPolicies(topic, defaults),
  };
}

function toSubscriptions(file: ConfigFile): Subscription[] {
  const all = file.topics.map(({ id }) => id);
  const found = (file.recipients ?? []).flatMap(({ topics, ...contact }) => {
    const ids = topics === undefined || topics === 'all' ? all : topics;
    return ids.flatMap((topicId) => contacts(contact).map((one): Subscription => ({ topicId, ...one })));
  });
  return distinct(found);
}

function smsRecipients(everyone: readonly Subscription[]): Record<string, number> {
  const count: Record<string, number> = {};
  for (const subscription of everyone) {
    if (subscription.protocol !== 'sms' || isPlaceholder(subscription)) continue;
    count[subscription.topicId] = (count[subscription.topicId] ?? 0) + 1;
  }
  return count;
}

/** Each once. */
function distinct<T>(list: readonly T[]): T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];
}

function contacts({
  email,
  sms,
}: {
  readonly email?: string | undefined;
  readonly sms?: string | undefined;
}): Contact[] {
  return [
    ...(email === undefined ? [] : [{ protocol: 'email' as const, endpoint: email }]),
    ...(sms === undefined ? [] : [{ protocol: 'sms' as const, endpoint: sms }]),
  ];
}

/** Addresses that can never be anyone's (RFC 2606, and the phone numbers kept for fiction). */
export function isPlaceholder({ protocol, endpoint }: Contact): boolean {
  return protocol === 'email'
    ? /[@.](example\.(com|net|org)|example|test|invalid|localhost)$/i.test(endpoint)
    : /^\+1(\d{3})?55501\d\d$/.test(endpoint);
}

function generalWarnings(
  { feeds, topics }: Pick<PipelineConfig, 'feeds' | 'topics'>,
  everyone: readonly Subscription[],
  placeholders: readonly Contact[],
): string[] {
  const warnings: string[] = [];
  if (!feeds.some(({ enabled }) => enabled)) warnings.push('no feed is enabled: nothing will be polled');
  for (const endpoint of new Set(placeholders.map(({ endpoint }) => endpoint))) {
    warnings.push(`${endpoint} is a placeholder and receives nothing: put your own address in its place`);
  }
  const heard = new Set(everyone.map(({ topicId }) => topicId));
  const unheard = topics.filter(({ id }) => !heard.has(id)).map(({ id }) => id);
  if (unheard.length > 0) warnings.push(`no recipient for ${unheard.join(', ')}`);
  for (const { id, url, enabled } of feeds) {
    if (enabled && isLoopbackAddress(url)) {
      warnings.push(`feeds.${id} is on this machine: it is polled only with npm start -- --loopback-feeds`);
    }
  }
  const unless = feeds.some(({ untitled }) => untitled)
    ? '; only a feed without title: whose document has that title would match'
    : '';
  const names = feeds.flatMap((feed) => [feed.id, feed.title, hostOf(feed.url) ?? '']);
  const sources = unknownSources(
    topics.flatMap(({ query, urgent }) => [query ?? [], urgent ?? []].flat()),
    feeds,
  );
  for (const source of sources) {
    const meant = nearestName(source, names);
    warnings.push(
      `source:${source} is no feed of the file: neither an id, nor words of a title, nor a host${unless}` +
        (meant === undefined ? '' : `; did you mean source:${/\s/.test(meant) ? `"${meant}"` : meant}?`),
    );
  }
  return warnings;
}

function smsOnlyWarnings(
  { smsParts }: Pick<PipelineConfig, 'smsParts'>,
  everyone: readonly Subscription[],
): string[] {
  const mailed = new Set(
    everyone.filter(({ protocol }) => protocol === 'email').map(({ topicId }) => topicId),
  );
  return Object.keys(smsParts?.recipients ?? {})
    .filter((id) => !mailed.has(id))
    .map(
      (id) =>
        `${id} has recipients by SMS alone: once the month's smsParts are used up, nobody is told of it`,
    );
}

/** Addresses that several entries have for one topic: by email without regard to case. */
function duplicateRecipientWarnings({ recipients = [], topics }: ConfigFile): string[] {
  const all = topics.map(({ id }) => id);
  const seen = new Map<string, { readonly entry: number; readonly endpoint: string }>();
  const told = new Map<string, string>();
  recipients.forEach((recipient, index) => {
    const ids = recipient.topics === undefined || recipient.topics === 'all' ? all : recipient.topics;
    for (const { endpoint } of contacts(recipient)) {
      for (const id of ids) {
        const key = `${endpoint.toLowerCase()} ${id}`;
        const before = seen.get(key);
        if (before === undefined) seen.set(key, { entry: index + 1, endpoint });
        if (before === undefined || before.entry === index + 1) continue;
        const what =
          before.endpoint === endpoint
            ? 'it is sent once'
            : `it is sent twice, for the other is ${before.endpoint}`;
        const entries = `entries ${before.entry} and ${index + 1} of recipients`;
        told.set(
          `${endpoint} ${before.entry} ${index}`,
          `${endpoint} gets ${id} by ${entries}: ${what}; take one out`,
        );
      }
    }
  });
  return [...told.values()];
}

/** Topics whose file asks for urgent follow-ups alone, and says of nothing that it is urgent. */
function missingUrgentWarnings(file: ConfigFile, topics: readonly Topic[]): string[] {
  const written = file.topics.map(({ urgent }) => urgent !== undefined);
  return topics.flatMap(({ id, followUps }, index) =>
    followUps.mode === 'urgent' && !written[index]
      ? [
          `topics.${id} has followUps: urgent and no urgent: query, so no follow-up is ever sent; add urgent:, or write followUps: off`,
        ]
      : [],
  );
}

function dropUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
