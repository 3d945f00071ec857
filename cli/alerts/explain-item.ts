import { findPattern } from '../../functions/match/find-pattern.ts';
import { idsAtAddress } from '../../functions/poll/diff/identity.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import type { Feed, Item, Topic } from '../../functions/shared/model.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { formatTime } from '../../local/format-time.ts';
import { type Explanation, explain, renderExplanation } from '../explain.ts';
import type { AlertLog, AlertRecord, RecordedItem } from './alert-log.ts';
import { describeAlert, displayTitle, storyName } from './describe-alert.ts';

/** An item as a feed has shown it. */
export type StoredItem = Item & { readonly seenAt: string };

/**
 * Returns an item by its id or address: one record for each feed that shows it. `feedIds`: where to look for the address;
 * `earlierFeeds`: ids that feeds had in earlier releases, with those of now.
 */
export async function findItem(
  table: Table,
  reference: string,
  feedIds: readonly string[] = [],
  earlierFeeds: ReadonlyMap<string, string> = new Map(),
): Promise<StoredItem[]> {
  const ids = URL.canParse(reference)
    ? idsAtAddress(reference, [...feedIds, ...earlierFeeds.keys()])
    : [reference];
  const found = await Promise.all(
    ids.map(async (id) => {
      const records = await table.query({ pk: `ITEM#${id}`, from: 'FEED#', to: 'FEED#~' });
      return records.map((record) => {
        const feedId = String(record.sk).slice('FEED#'.length);
        return { ...(record as unknown as StoredItem), id, feedId: earlierFeeds.get(feedId) ?? feedId };
      });
    }),
  );
  // A feed that has another id now may have shown it under both.
  const latest = new Map<string, StoredItem>();
  for (const item of found.flat()) {
    const key = `${item.id}#${item.feedId}`;
    const known = latest.get(key);
    if (!known || !(known.seenAt > item.seenAt)) latest.set(key, item);
  }
  return [...latest.values()];
}

/**
 * Returns what became of an item with every topic, with times in the topic's zone, or in `timeZone`: what it was to its story, and the alerts that delivered it, or why
 * there was none.
 */
export async function explainItem(
  log: AlertLog,
  items: readonly StoredItem[],
  topics: readonly Topic[],
  feeds: readonly Feed[],
  timeZone: string,
): Promise<string[]> {
  const lines = items.flatMap(({ title, feedId, url, published, seenAt }) => [
    displayTitle(title),
    `  in the feed ${feedId}, ${url ?? 'without an address'}`,
    `  ${published ? `published ${formatTime(Date.parse(published), timeZone)}, ` : ''}found ${formatTime(Date.parse(seenAt), timeZone)}`,
  ]);
  for (const topic of topics)
    lines.push(
      '',
      `Topic ${topic.id}:`,
      ...(await topicLines(log, items, topic, feeds, topic.timeZone ?? timeZone)),
    );
  return lines;
}

/** Returns what a topic recorded of these items, whichever feed shows them. */
export async function recordedItems(
  log: AlertLog,
  topicId: string,
  items: readonly StoredItem[],
): Promise<RecordedItem[]> {
  const ids = new Set(items.map(({ id }) => id));
  return (await log.items(topicId)).filter(({ itemId }) => ids.has(itemId));
}

/** Returns the alerts that delivered an item, as far as they are kept. */
export async function alertsFor(log: AlertLog, topicId: string, item: RecordedItem): Promise<AlertRecord[]> {
  // The same item in another feed may have been delivered first: then its claim is found by the item.
  const ids = item.alerts ?? [hash64('item', topicId, item.itemId)];
  const alerts = await Promise.all(ids.map((id) => log.alert(id)));
  return alerts.filter((alert) => alert !== undefined);
}

/** Returns how a topic's query matches an item, as both are now; undefined where the query is broken. */
export function matchesNow(
  item: StoredItem,
  { query }: Topic,
  feeds: readonly Feed[],
): Explanation | undefined {
  const feed = feeds.find(({ id }) => id === item.feedId);
  return query && explain(query, { ...item, ...(feed ? { source: feed } : {}) }, findPattern);
}

async function topicLines(
  log: AlertLog,
  items: readonly StoredItem[],
  topic: Topic,
  feeds: readonly Feed[],
  timeZone: string,
): Promise<string[]> {
  const recorded = await recordedItems(log, topic.id, items);
  const lines = await Promise.all(recorded.map((item) => recordedLines(log, topic, item, timeZone)));
  const known = new Set(recorded.map(({ feedId }) => feedId));
  const others = items.filter(({ feedId }) => !known.has(feedId));
  return [...lines.flat(), ...others.flatMap((item) => unrecordedLines(item, topic, feeds))];
}

async function recordedLines(
  log: AlertLog,
  topic: Topic,
  item: RecordedItem,
  timeZone: string,
): Promise<string[]> {
  const { feedId, storyId, silent } = item;
  if (silent) {
    return [
      `  As ${feedId} shows it, it was recorded without an alert: the feed held it already when it was first read, showed it when it was old, or had given its items other names.`,
    ];
  }
  const story = storyName(storyId, (await log.stories(topic.id)).get(storyId)?.title);
  const alerts = await alertsFor(log, topic.id, item);
  const lines = await Promise.all(alerts.map((alert) => describeAlert(log, alert, timeZone)));
  return [
    `  As ${feedId} shows it, ${roleOf(item, story)}; follow-ups are ${topic.followUps.mode}.`,
    ...lines.flat().map((line) => `  ${line}`),
    ...(lines.length === 0 ? [`  ${withoutAlert(item)}`] : []),
  ];
}

const ROLES: Readonly<Record<NonNullable<RecordedItem['role']>, string>> = {
  first: 'it is the first report of the story',
  development: 'it is a development of the story',
  also: 'it is a retelling of the story',
  copy: 'it is a copy: it repeats the text of another item of the story',
};

/** 0.1.0 recorded no role. */
function roleOf({ role, lead }: RecordedItem, story: string): string {
  if (lead) return `it opened the story ${story}`;
  return `${role === undefined ? 'it is part of the story' : ROLES[role]} ${story}`;
}

function withoutAlert({ role, alerts }: RecordedItem): string {
  if (role === 'copy') return 'Nothing was sent: a copy only counts as a source of its story.';
  if (alerts || role === undefined) return 'Its alert is no longer kept.';
  return 'Nothing was sent: neither a follow-up, nor a digest, nor a round-up was to list it.';
}

function unrecordedLines(item: StoredItem, topic: Topic, feeds: readonly Feed[]): string[] {
  const clause = matchesNow(item, topic, feeds);
  if (!clause) return ['  Its query is broken: it matches nothing.'];
  return [
    clause.holds
      ? `  As ${item.feedId} shows it, it matches now, but was never delivered: the topic or its query is newer, or it is on its way.`
      : `  As ${item.feedId} shows it, it does not match:`,
    ...renderExplanation(clause).map((line) => `    ${line}`),
  ];
}
