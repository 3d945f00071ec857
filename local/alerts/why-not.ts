import { findPattern } from '../../functions/match/patterns.ts';
import { urlName } from '../../functions/poll/identity.ts';
import type { Feed, Item, Topic } from '../../functions/shared/model.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { explain, renderExplanation } from '../explain/explain.ts';
import { moment } from '../moments.ts';
import { alertLines } from './describe.ts';
import { readAlert, type ToldItem, toldItems } from './ledger.ts';

/** An item as a feed has shown it. */
export type StoredItem = Item & { readonly seenAt: string };

/** An item by its id or address: one record for each feed that shows it. */
export async function findItem(table: Table, reference: string): Promise<StoredItem[]> {
  const id = URL.canParse(reference) ? urlName(reference) : reference;
  const records = await table.query({ pk: `ITEM#${id}`, from: 'FEED#', to: 'FEED#~' });
  return records.map((record) => {
    const feedId = String(record.sk).slice('FEED#'.length);
    return { ...(record as unknown as StoredItem), id, feedId };
  });
}

/** What became of an item with every topic: the alerts that told it, or why there was none. */
export async function whatBecame(
  table: Table,
  items: readonly StoredItem[],
  topics: readonly Topic[],
  feeds: readonly Feed[],
): Promise<string[]> {
  const lines = items.flatMap(({ title, feedId, url, published, seenAt }) => [
    title,
    `  in the feed ${feedId}, ${url ?? 'without an address'}`,
    `  ${published ? `published ${moment(Date.parse(published))}, ` : ''}found ${moment(Date.parse(seenAt))}`,
  ]);
  for (const topic of topics)
    lines.push('', `Topic ${topic.id}:`, ...(await withTopic(table, items, topic, feeds)));
  return lines;
}

async function withTopic(
  table: Table,
  items: readonly StoredItem[],
  topic: Topic,
  feeds: readonly Feed[],
): Promise<string[]> {
  const ids = new Set(items.map(({ id }) => id));
  const told = (await toldItems(table, topic.id)).filter(({ itemId }) => ids.has(itemId));
  const lines = await Promise.all(told.map((one) => toldLines(table, topic, one)));
  const known = new Set(told.map(({ feedId }) => feedId));
  const untold = items.filter(({ feedId }) => !known.has(feedId));
  return [...lines.flat(), ...untold.flatMap((item) => explanation(item, topic, feeds))];
}

async function toldLines(
  table: Table,
  topic: Topic,
  { storyId, lead, alerts, feedId }: ToldItem,
): Promise<string[]> {
  if (!alerts) {
    return [
      `  As ${feedId} shows it, it was noted without an alert: the feed held it already when it was first read, or it had given its items other names.`,
    ];
  }
  const found = await Promise.all(alerts.map((id) => readAlert(table, id)));
  const story = lead ? 'It opened its story' : `It tells a story that another item opened`;
  return [
    `  ${story} (${storyId}); updates are ${topic.updates}.`,
    ...found.flatMap((alert) =>
      alert ? alertLines(alert).map((line) => `  ${line}`) : ['  Its alert is no longer kept.'],
    ),
  ];
}

function explanation(item: StoredItem, topic: Topic, feeds: readonly Feed[]): string[] {
  if (!topic.query) return ['  Its query is broken: it matches nothing.'];
  const feed = feeds.find(({ id }) => id === item.feedId);
  const clause = explain(topic.query, { ...item, ...(feed ? { source: feed } : {}) }, findPattern);
  return [
    clause.holds
      ? `  As ${item.feedId} shows it, it matches now, but was never told: the topic or its query is newer, or it is on its way.`
      : `  As ${item.feedId} shows it, it does not match:`,
    ...renderExplanation(clause).map((line) => `    ${line}`),
  ];
}
