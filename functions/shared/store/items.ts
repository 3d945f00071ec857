import type { Item } from '../model.ts';
import { listOf, optional, readRecord, type Shape, text } from './record-shape.ts';
import type { Attributes, Table } from './table.ts';

/** Correctness never depends on the expiry of items. */
export const KEPT_DAYS = 90;
/** Characters. Stored text is for dashboards and for testing topics on past items; match has already read all of it. */
const MAX_STORED_CONTENT = 4_000;

/** An item as stored. Its id and its feed are in the key. */
export type StoredItem = Omit<Item, 'id' | 'feedId'> & { readonly seenAt: string };

const STORED_ITEM: Shape<StoredItem> = {
  contentHash: text,
  title: text,
  rubric: optional(text),
  summary: text,
  content: text,
  url: optional(text),
  guid: optional(text),
  published: optional(text),
  updated: optional(text),
  language: optional(text),
  authors: listOf(text),
  categories: listOf(text),
  context: optional(text),
  seenAt: text,
};

/** Returns the item in a record. Throws `NewsAlertsError` if it is damaged. */
export const storedItemIn = (record: Attributes): StoredItem => readRecord(record, STORED_ITEM);

/** Returns an item as each feed shows it. */
export async function storedItems(
  table: Pick<Table, 'query'>,
  itemId: string,
): Promise<(StoredItem & { readonly feedId: string })[]> {
  const records = await table.query({ pk: `ITEM#${itemId}`, from: PREFIX, to: `${PREFIX}~` });
  return records.map((record) => ({
    ...storedItemIn(record),
    feedId: String(record.sk).slice(PREFIX.length),
  }));
}

const PREFIX = 'FEED#';

export interface Items {
  /** Stores items. An item stored twice is one record. */
  putAll(items: readonly Item[], seenAt: number): Promise<void>;
}

export function items(table: Table): Items {
  return {
    putAll(list, seenAt) {
      return table.putAll(
        list.map(({ id, feedId, content, ...item }) => ({
          pk: `ITEM#${id}`,
          // In release 0.1.0, an item had the same id in all feeds.
          sk: `${PREFIX}${feedId}`,
          ...item,
          content: content.slice(0, MAX_STORED_CONTENT).toWellFormed(),
          seenAt: new Date(seenAt).toISOString(),
          expiresAt: Math.floor(seenAt / 1000) + KEPT_DAYS * 86_400,
        })),
      );
    },
  };
}
