import { generatedId } from '../functions/shared/feed-id.ts';
import { hostOf } from '../functions/shared/item-source.ts';
import type { ChatRecipient, Feed, PipelineConfig, Subscription, Topic } from '../functions/shared/model.ts';
import { isLoopbackAddress } from './checks/feed-address.ts';
import { unknownSources } from './compile-queries.ts';
import { nearestName } from './query/nearest-name.ts';
import { contacts, subscribedTopics } from './recipients.ts';
import type { ConfigFile } from './schema/schema.ts';

/** The end of the warning about a feed on this machine, which does not hold with the option that it names. */
export const LOOPBACK_NOTE = 'is on this machine: it is polled only with npm start -- --loopback-feeds';

/** Returns warnings about feeds, topics and recipients that will not do what the user probably wants. */
export function generalWarnings(
  { feeds, topics, signup }: Pick<PipelineConfig, 'feeds' | 'topics' | 'signup'>,
  subscriptions: readonly Pick<Subscription, 'topicId'>[],
  placeholders: readonly string[],
): string[] {
  const warnings: string[] = [];
  if (!feeds.some(({ enabled }) => enabled)) warnings.push('no feed is enabled: nothing will be polled');
  for (const endpoint of new Set(placeholders)) {
    warnings.push(`${endpoint} is a placeholder and receives nothing; replace it with your own address`);
  }
  const received = new Set([...subscriptions.map(({ topicId }) => topicId), ...(signup?.topicIds ?? [])]);
  const unreceived = topics.filter(({ id }) => !signup?.feeds && !received.has(id)).map(({ id }) => id);
  if (unreceived.length > 0) warnings.push(`no recipient for ${unreceived.join(', ')}`);
  for (const { id, url, enabled } of feeds) {
    if (enabled && isLoopbackAddress(url)) {
      warnings.push(`feeds.${id} ${LOOPBACK_NOTE}`);
    }
  }
  return [...warnings, ...unknownSourceWarnings(feeds, topics)];
}

/** Returns warnings about `source:` in queries that names no feed of the file. */
function unknownSourceWarnings(feeds: readonly Feed[], topics: readonly Topic[]): string[] {
  const exception = feeds.some(({ untitled }) => untitled)
    ? '; a feed without title: would match if its document has that title'
    : '';
  const names = feeds.flatMap((feed) => [feed.id, feed.title, hostOf(feed.url) ?? '']);
  const queries = topics.flatMap(({ query, urgent }) => [query ?? [], urgent ?? []].flat());
  return unknownSources(queries, feeds).map((source) => {
    const near = nearestName(source, names);
    const suggestion =
      near === undefined ? '' : `; did you mean source:${/\s/.test(near) ? `"${near}"` : near}?`;
    return `source:${source} matches the id, title or host of no feed in this file${exception}${suggestion}`;
  });
}

/**
 * Returns warnings about feeds whose generated ids depend on what may be a secret, because their addresses differ in nothing
 * else.
 */
export function similarFeedWarnings(generated: readonly Feed[]): string[] {
  const groups = Map.groupBy(generated, ({ url }) => generatedId(url));
  return [...groups.values()].flatMap((feeds) =>
    feeds.length > 1 && feeds[0]?.url.includes('?')
      ? [
          `the addresses of ${feeds.map((feed) => feed.id).join(' and ')} differ only in what looks like a secret, so their ids contain a hash of it; give each feed an id`,
        ]
      : [],
  );
}

/** Returns warnings about topics that nobody receives once the monthly SMS limit is reached. */
export function smsOnlyWarnings(
  { smsParts }: Pick<PipelineConfig, 'smsParts'>,
  subscriptions: readonly Subscription[],
  chats: readonly Pick<ChatRecipient, 'topicIds'>[],
): string[] {
  const mailed = new Set([
    ...subscriptions.filter(({ protocol }) => protocol === 'email').map(({ topicId }) => topicId),
    ...chats.flatMap(({ topicIds }) => topicIds),
  ]);
  return Object.keys(smsParts?.recipients ?? {})
    .filter((id) => !mailed.has(id))
    .map(
      (id) =>
        `${id} has only SMS recipients: once the month's smsParts are used up, nobody receives its alerts`,
    );
}

/** Returns warnings about addresses that several entries subscribe to the same topic. Case does not matter in emails. */
export function duplicateRecipientWarnings({ recipients = [], topics }: ConfigFile): string[] {
  const allTopics = topics.map(({ id }) => id);
  const seen = new Map<string, { readonly entry: number; readonly endpoint: string }>();
  const warnings = new Map<string, string>();
  recipients.forEach((recipient, index) => {
    for (const { endpoint } of contacts(recipient)) {
      for (const id of subscribedTopics(recipient, allTopics)) {
        const key = `${endpoint.toLowerCase()} ${id}`;
        const earlier = seen.get(key);
        if (earlier === undefined) seen.set(key, { entry: index + 1, endpoint });
        if (earlier === undefined || earlier.entry === index + 1) continue;
        const effect =
          earlier.endpoint === endpoint
            ? 'alerts are sent once'
            : `alerts are sent twice, because the other entry says ${earlier.endpoint}`;
        warnings.set(
          `${endpoint} ${earlier.entry} ${index}`,
          `${endpoint} receives ${id} by entries ${earlier.entry} and ${index + 1} of recipients: ${effect}; remove one`,
        );
      }
    }
  });
  return [...warnings.values()];
}

/** Returns warnings about topics that want only urgent follow-ups, but have no query for what is urgent. */
export function missingUrgentWarnings(file: ConfigFile, topics: readonly Topic[]): string[] {
  return topics.flatMap(({ id, followUps }, index) =>
    followUps.mode === 'urgent' && file.topics[index]?.urgent === undefined
      ? [
          `topics.${id} has followUps: urgent and no urgent: query, so no follow-up is ever sent; add urgent:, or write followUps: off`,
        ]
      : [],
  );
}
