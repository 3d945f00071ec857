import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { DATABASE_FILE } from '../dynamodb/open-tables.ts';
import type { PageData } from '../page-data.ts';
import { TABLE_NAME } from '../provision.ts';

const KEPT_SECONDS = KEPT_DAYS * 86_400;
/** How long a count stays in use, since it reads the keys of all items. */
const USED_MS = 20_000;

/** Returns the function that counts the items in a data folder; the counts are at most 20 seconds old. */
export function itemCounts({
  dataDir,
  clock,
}: {
  readonly dataDir: string;
  readonly clock: () => number;
}): PageData['itemCounts'] {
  const file = join(dataDir, 'tables', DATABASE_FILE);
  let last:
    | { readonly at: number; readonly key: string; readonly counts: ReadonlyMap<string, number[]> }
    | undefined;
  return async (periodMs, periods) => {
    const key = `${periodMs} ${periods}`;
    if (last?.key === key && performance.now() - last.at < USED_MS) return last.counts;
    const counts = existsSync(file) ? count(file, clock(), periodMs / 1000, periods) : new Map();
    last = { at: performance.now(), key, counts };
    return counts;
  };
}

function count(file: string, now: number, seconds: number, periods: number): Map<string, number[]> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const end = Math.floor(now / 1000) + KEPT_SECONDS;
    const rows = database
      .prepare(
        `SELECT substr(sk, 6) AS feed, CAST((? - expiresAt) / ? AS INTEGER) AS ago, count(*) AS items FROM "${TABLE_NAME}"
          WHERE pk >= 'ITEM#' AND pk < 'ITEM$' AND expiresAt > ? GROUP BY 1, 2`,
      )
      .all(end, seconds, end - seconds * periods);
    const counts = new Map<string, number[]>();
    for (const { feed, ago, items } of rows) {
      const list = counts.get(String(feed)) ?? new Array<number>(periods).fill(0);
      // A clock that was ahead may have dated an item later than now.
      list[periods - 1 - Math.max(0, Number(ago))] = Number(items);
      counts.set(String(feed), list);
    }
    return counts;
  } finally {
    database.close();
  }
}
