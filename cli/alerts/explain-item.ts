import { findPattern } from '../../functions/match/find-pattern.ts';
import { idsAtAddress } from '../../functions/poll/diff/identity.ts';
import { hash64 } from '../../functions/shared/hash.ts';
import { mayShareAddress, storedItemId } from '../../functions/shared/item-id.ts';
import type { Feed, Item, Topic } from '../../functions/shared/model.ts';
import { storedItemIn } from '../../functions/shared/store/items.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { formatTime } from '../../local/format-time.ts';
import { type Explanation, explain, renderExplanation } from '../explain.ts';
import type { AlertLog, AlertRecord, RecordedItem } from './alert-log.ts';
import { describeAlert, displayTitle, storyName } from './describe-alert.ts';

/** An item of one feed, as stored. */
export type StoredItem = Item & { readonly seenAt: string };

/**
 * Returns the records of an item with this id or address, one for each feed that shows it. `feedIds`: the feeds to search
 * for an address. `earlierFeeds`: the current id of each feed, by the id that earlier releases gave it.
 */
export async function findItem(
  table: Table,
  reference: string,
  feedIds: readonly string[] = [],
  earlierFeeds: ReadonlyMap<string, string> = new Map(),
): Promise<StoredItem[]> {
  const ids = URL.canParse(reference)
    ? idsAtAddress(reference, [...feedIds, ...earlierFeeds.keys()])
    : [storedItemId(reference)];
  const perId = await Promise.all(
    ids.map(async (id) => {
      const records = await table.query({ pk: `ITEM#${id}`, from: 'FEED#', to: 'FEED#~' });
      return records.map((record) => {
        const feedId = String(record.sk).slice('FEED#'.length);
        return { ...storedItemIn(record), id, feedId: earlierFeeds.get(feedId) ?? feedId };
      });
    }),
  );
  // The item may be stored under both the current and an earlier id of its feed.
  const latest = new Map<string, StoredItem>();
  for (const item of perId.flat()) {
    const key = `${item.id}#${item.feedId}`;
    const known = latest.get(key);
    if (!known || !(known.seenAt > item.seenAt)) latest.set(key, item);
  }
  return [...latest.values()];
}

/**
 * Returns, for every topic, the item's role in its story and the alerts that delivered it, or why there was none. Times
 * are in the topic's zone, or in `timeZone`.
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

/** Returns the topic's records of these items, in any feed, and of other articles that a feed showed at their address. */
export async function recordedItems(
  log: AlertLog,
  topicId: string,
  items: readonly StoredItem[],
): Promise<RecordedItem[]> {
  const isOf = ({ id, feedId }: StoredItem, recorded: RecordedItem) =>
    id === recorded.itemId || (feedId === recorded.feedId && mayShareAddress(id, recorded.itemId));
  return (await log.items(topicId)).filter((recorded) => items.some((item) => isOf(item, recorded)));
}

/** Returns the alerts that delivered an item, as far as they are still stored. */
export async function alertsFor(log: AlertLog, topicId: string, item: RecordedItem): Promise<AlertRecord[]> {
  // The same item in another feed may have been delivered first. The id of that claim is derived from the item.
  const ids = item.alerts ?? [hash64('item', topicId, item.itemId)];
  const alerts = await Promise.all(ids.map((id) => log.alert(id)));
  return alerts.filter((alert) => alert !== undefined);
}

/** Explains how a topic's current query matches the item as stored. Returns undefined when the query is broken. */
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
  const recordedFeeds = new Set(recorded.map(({ feedId }) => feedId));
  const others = items.filter(({ feedId }) => !recordedFeeds.has(feedId));
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
      `  In ${feedId}: recorded without an alert. The feed already held it at its first poll, showed it when it was old, or had renamed its items.`,
    ];
  }
  const story = storyName(storyId, (await log.stories(topic.id)).get(storyId)?.title);
  const alerts = await alertsFor(log, topic.id, item);
  const lines = await Promise.all(alerts.map((alert) => describeAlert(log, alert, timeZone)));
  return [
    `  In ${feedId}: ${roleOf(item, story)}; follow-ups are ${topic.followUps.mode}.`,
    ...lines.flat().map((line) => `  ${line}`),
    ...(lines.length === 0 ? [`  ${noAlertReason(item)}`] : []),
  ];
}

const ROLES: Readonly<Record<NonNullable<RecordedItem['role']>, string>> = {
  first: 'the first report of the story',
  development: 'a development of the story',
  also: 'a retelling of the story',
  copy: 'a copy, which repeats the text of another item of the story',
};

/** Returns an item's role in a story. Release 0.1.0 recorded no roles. */
function roleOf({ role, lead }: RecordedItem, story: string): string {
  if (lead) return `the item that opened the story ${story}`;
  return `${role === undefined ? 'part of the story' : ROLES[role]} ${story}`;
}

/** Returns why an item that a topic recorded has no alert. */
function noAlertReason({ role, alerts }: RecordedItem): string {
  if (role === 'copy') return 'Nothing was sent: a copy only counts as a source of its story.';
  if (alerts || role === undefined) return 'Its alert is no longer stored.';
  return 'Nothing was sent: no follow-up, digest or round-up was to list it.';
}

function unrecordedLines(item: StoredItem, topic: Topic, feeds: readonly Feed[]): string[] {
  const explanation = matchesNow(item, topic, feeds);
  if (!explanation) return ['  The query is broken and matches nothing.'];
  return [
    explanation.matches
      ? `  In ${item.feedId}: matches now, but was never delivered. The topic or its query is newer than the item, or the alert is on its way.`
      : `  In ${item.feedId}: does not match:`,
    ...renderExplanation(explanation).map((line) => `    ${line}`),
  ];
}
