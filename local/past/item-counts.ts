import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { DATABASE_FILE } from '../dynamodb/open-tables.ts';
import type { ItemCounts } from '../page-data.ts';
import { TABLE_NAME } from '../provision.ts';
import { ItemTally, TALLY_DAYS } from './item-tally.ts';

const KEPT_SECONDS = KEPT_DAYS * 86_400;
/** Rows between two turns of the event loop: a few ms. */
const ROWS_PER_TURN = 2_000;
/** How long a count stays in use, since it reads the keys of all items. */
const USED_MS = 60_000;

/** Returns the function that counts the items in a data folder. The counts are at most a minute old. */
export function itemCounts({
  dataDir,
  clock,
}: {
  readonly dataDir: string;
  readonly clock: () => number;
}): () => Promise<ItemCounts> {
  const file = join(dataDir, 'tables', DATABASE_FILE);
  let last: { readonly at: number; readonly counts: Promise<ItemCounts> } | undefined;
  return () => {
    if (last && performance.now() - last.at < USED_MS) return last.counts;
    const counts = existsSync(file) ? countItems(file, clock()) : Promise.resolve(new ItemTally().counts());
    const made = { at: performance.now(), counts };
    last = made;
    counts.catch(() => {
      if (last === made) last = undefined;
    });
    return counts;
  };
}

/** Counts the items of each feed. Leaves time for other work meanwhile. `now`: ms. */
async function countItems(file: string, now: number): Promise<ItemCounts> {
  const tally = new ItemTally();
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    // In the order of the file, not of the index, whose order is random on disk.
    const rows = database.prepare(
      `SELECT substr(sk, 6) AS feed, expiresAt FROM "${TABLE_NAME}" NOT INDEXED WHERE pk >= 'ITEM#' AND pk < 'ITEM$' AND expiresAt > ?`,
    );
    const end = now / 1000 + KEPT_SECONDS;
    let read = 0;
    for (const { feed, expiresAt } of rows.iterate(end - TALLY_DAYS * 86_400)) {
      tally.add(String(feed), (end - Number(expiresAt)) * 1000);
      if (++read % ROWS_PER_TURN === 0) await nextTurn();
    }
  } finally {
    database.close();
  }
  return tally.counts();
}
