import type { Item } from '../model.ts';
import type { Table } from './table.ts';

/** How long an item is kept, days. Correctness never depends on its expiry. */
const KEPT_DAYS = 90;
/** Stored text is for dashboards and tests of topics against the past; matching has seen all of it already. */
const MAX_STORED_CONTENT = 4_000;

export interface Items {
  /** Writes are idempotent: the same item twice is one record. */
  putAll(items: readonly Item[], seenAt: number): Promise<void>;
}

export function items(table: Table): Items {
  return {
    putAll(list, seenAt) {
      return table.putAll(
        list.map(({ id, feedId, content, ...item }) => ({
          pk: `ITEM#${id}`,
          // Ids of release 0.1.0 are the same in all feeds.
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
