import type { Item } from '../model.ts';
import type { Table } from './table.ts';

/** Correctness never depends on the expiry of items. */
const KEPT_DAYS = 90;
/** Characters. Stored text is for dashboards and for testing topics on past items; match has already read all of it. */
const MAX_STORED_CONTENT = 4_000;

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
          sk: `FEED#${feedId}`,
          ...item,
          content: content.slice(0, MAX_STORED_CONTENT).toWellFormed(),
          seenAt: new Date(seenAt).toISOString(),
          expiresAt: Math.floor(seenAt / 1000) + KEPT_DAYS * 86_400,
        })),
      );
    },
  };
}
