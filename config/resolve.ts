import { distinctId, generatedId } from '../functions/shared/feed-id.ts';
import { hash64 } from '../functions/shared/hash.ts';
import { hostTitle } from '../functions/shared/host-title.ts';
import { parseSender } from '../functions/shared/mail/sender.ts';
import type {
  ChatRecipient,
  Contact,
  Feed,
  PipelineConfig,
  Query,
  Subscription,
  Topic,
} from '../functions/shared/model.ts';
import { pollOffsets } from '../functions/shared/poll-schedule.ts';
import { byProtocol, PROTOCOLS } from '../functions/shared/protocols.ts';
import { secretNames } from '../functions/shared/secrets.ts';
import type { CompiledQueries } from './compile-queries.ts';
import { dailyTime, renamedKeyWarnings, toPolicies } from './delivery-policies.ts';
import { parseInterval, toMilliseconds } from './duration.ts';
import {
  contacts,
  distinct,
  isChatPlaceholder,
  isPlaceholder,
  smsRecipients,
  toChatRecipients,
  toSubscriptions,
} from './recipients.ts';
import { renamedFeeds, withCurrentIds } from './renamed-feeds.ts';
import type { ConfigFile } from './schema/schema.ts';
import {
  duplicateRecipientWarnings,
  generalWarnings,
  missingUrgentWarnings,
  similarFeedWarnings,
  smsOnlyWarnings,
} from './warnings.ts';

/** A valid file in the form that the stages, the deployment and local mode use. */
export interface ResolvedConfig {
  readonly config: PipelineConfig;
  /** The recipients of each topic, without placeholders. */
  readonly subscriptions: readonly Subscription[];
  /** Addresses reserved for examples (example.com, 555-01xx). They are shown but never subscribed. */
  readonly placeholders: readonly Subscription[];
  /** Recipients at chat services, placeholders included. Contains secrets, so it is no part of `config`. */
  readonly chats: readonly ChatRecipient[];
  /** Recipients of notices about the system itself, without placeholders. */
  readonly operations: readonly Contact[];
  readonly warnings: readonly string[];
}

/** Resolves a valid file: fills in defaults, adds the compiled queries, and turns recipients into subscriptions. */
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
  const allSubscriptions = toSubscriptions(file);
  const secrets = [...new Set(feeds.flatMap(({ url }) => secretNames(url)))].sort();
  const recipients = smsRecipients(allSubscriptions);
  const { smsParts } = defaults;
  const signup = signupOf(file);
  const month = smsParts === undefined || smsParts === 'off' ? DEFAULT_SMS_PARTS : smsParts.month;
  const hasSms = Object.keys(recipients).length > 0 || (signup.signup?.smsPrefixes.length ?? 0) > 0;
  const isSmsLimited = smsParts === undefined ? hasSms : smsParts !== 'off';
  const body: Omit<PipelineConfig, 'version'> = {
    feeds,
    topics,
    firstPoll: toMilliseconds(defaults.firstPoll ?? '24h'),
    onAmbiguous: byProtocol(
      (protocol) => defaults.onAmbiguous?.[protocol] ?? PROTOCOLS[protocol].onAmbiguous,
    ),
    // Only with a limit, because this number is part of the version: a new recipient makes all feeds due.
    ...(isSmsLimited ? { smsParts: { month, recipients } } : {}),
    ...(defaults.timezone === undefined ? {} : { timeZone: defaults.timezone }),
    ...(defaults.sms ? { sms: dropUndefined(defaults.sms) } : {}),
    ...(defaults.userAgent === undefined ? {} : { userAgent: defaults.userAgent }),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(file.push === 'off' ? { push: false as const } : {}),
    ...signup,
    ...htmlEmailOf(file),
  };
  const placeholders = allSubscriptions.filter(isPlaceholder);
  const chats = toChatRecipients(file);
  const operations = distinct((file.operations ?? []).flatMap(contacts));
  return {
    config: { version: hash64(JSON.stringify(body)), ...body },
    subscriptions: allSubscriptions.filter((subscription) => !isPlaceholder(subscription)),
    placeholders,
    chats,
    operations: operations.filter((contact) => !isPlaceholder(contact)),
    warnings: [
      ...warnings,
      ...similarFeedWarnings(feeds.filter(isGenerated)),
      ...renamedKeyWarnings(file),
      ...generalWarnings(
        body,
        [...allSubscriptions, ...chatTopics(chats)],
        [
          ...placeholders.map(({ endpoint }) => endpoint),
          ...operations.filter(isPlaceholder).map(({ endpoint }) => endpoint),
          ...chats.filter(isChatPlaceholder).map(({ service, name }) => `${service} ${name}`),
        ],
      ),
      ...(smsParts === undefined ? [] : smsOnlyWarnings(body, allSubscriptions, chats)),
      ...duplicateRecipientWarnings(file),
      ...missingUrgentWarnings(file, body.topics),
    ],
  };
}

function signupOf({ signup = 'off', topics, defaults }: ConfigFile): Pick<PipelineConfig, 'signup'> {
  if (signup === 'off') return {};
  const {
    topics: chosen,
    sms = [],
    feeds = false,
    digest = DEFAULT_DIGEST,
  } = signup === 'enabled' ? {} : signup;
  const topicIds = distinct(chosen ?? topics.map(({ id }) => id));
  return {
    signup: {
      topicIds,
      smsPrefixes: distinct(sms),
      ...(feeds ? { feeds } : {}),
      ...(digest === 'off' ? {} : { digest: dailyTime(digest, defaults?.timezone) }),
    },
  };
}

function htmlEmailOf({ htmlEmail }: ConfigFile): Pick<PipelineConfig, 'htmlEmail'> {
  const sender = htmlEmail && parseSender(htmlEmail.from);
  return sender ? { htmlEmail: sender } : {};
}

/** When people get their mail who choose one a day. */
const DEFAULT_DIGEST = 'daily at 08:00';

const chatTopics = (chats: readonly ChatRecipient[]): { readonly topicId: string }[] =>
  chats.flatMap(({ topicIds }) => topicIds.map((topicId) => ({ topicId })));

/** With at most 20 minutes, even the feed that is polled last brings its news within minutes. */
const DEFAULT_INTERVAL = '5m to 20m';

/** SMS parts in a month, about thirty a day for each of two recipients. */
const DEFAULT_SMS_PARTS = 2_000;

type UnscheduledFeed = Omit<Feed, 'offset'>;

function toFeed(
  feed: NonNullable<ConfigFile['feeds']>[number],
  defaultInterval: string,
): UnscheduledFeed & { hasOwnId: boolean } {
  const entry = typeof feed === 'string' ? { url: feed } : feed;
  return {
    hasOwnId: entry.id !== undefined,
    id: entry.id ?? generatedId(entry.url),
    url: entry.url,
    title: entry.title ?? hostTitle(entry.url),
    ...(entry.title === undefined ? { untitled: true as const } : {}),
    ...parseInterval(entry.every ?? defaultInterval),
    tags: entry.tags ?? [],
    enabled: entry.enabled ?? true,
    ...(entry.userAgent === undefined ? {} : { userAgent: entry.userAgent }),
  };
}

function withOffsets(feeds: readonly UnscheduledFeed[]): Feed[] {
  const offsets = pollOffsets(feeds);
  return feeds.map((feed) => ({ ...feed, offset: offsets.get(feed.id) ?? 0 }));
}

// Two addresses may give the same id, for example two long ones, or the http and https forms of one address. Configured
// ids are never changed.
function withUniqueIds(feeds: readonly (UnscheduledFeed & { hasOwnId: boolean })[]): UnscheduledFeed[] {
  const counts = new Map<string, number>();
  for (const { id } of feeds) counts.set(id, (counts.get(id) ?? 0) + 1);
  return feeds.map(({ hasOwnId, ...feed }) =>
    hasOwnId || counts.get(feed.id) === 1 ? feed : { ...feed, id: distinctId(feed.url) },
  );
}

/** Returns a topic of the file with its compiled queries and its policies. */
export function toTopic(
  topic: ConfigFile['topics'][number],
  { query, urgent }: { readonly query: Query | undefined; readonly urgent: Query | undefined },
  defaults: NonNullable<ConfigFile['defaults']>,
): Topic {
  return {
    id: topic.id,
    name: topic.name ?? topic.id,
    ...(topic.description === undefined ? {} : { description: topic.description }),
    ...(query ? { query } : {}),
    ...(urgent ? { urgent } : {}),
    ...(topic.timezone === undefined ? {} : { timeZone: topic.timezone }),
    ...toPolicies(topic, defaults),
  };
}

function dropUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
