import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { KEPT_DAYS } from '../../functions/shared/store/items.ts';
import { DATABASE_FILE } from '../dynamodb/open-tables.ts';
import { TABLE_NAME } from '../provision.ts';
import type { FoundItem } from './past.ts';
import { storedItemOf, type TypedRecord } from './stored-item.ts';

const DAY_SECONDS = 86_400;
/** Rows between two turns of the event loop: about 20 ms. */
const ROWS_PER_TURN = 2_000;

export interface ReadOptions {
  /** Leaves out items that were found earlier, ms. */
  readonly since: number;
  readonly onProgress?: (items: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Items of a table, and the titles of the feeds' documents by the id of the feed. */
export interface ReadItems {
  readonly items: readonly FoundItem[];
  readonly documentTitles: ReadonlyMap<string, string>;
}

/**
 * Reads the stored items of a data folder from its database file, whether `start` is running or not: SQLite lets others
 * read while it writes. Stops early when the signal is aborted.
 * @throws NewsAlertsError if there is no database, or it cannot be read
 */
export async function readDatabase(data: string, options: ReadOptions): Promise<ReadItems> {
  const file = join(data, 'tables', DATABASE_FILE);
  if (!existsSync(file)) {
    throw new NewsAlertsError(
      `${data}: expected the data of an earlier \`npm start\`, got none; start it once, or name another folder with --data`,
    );
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    return await readTable(database, options);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new NewsAlertsError(`${file}: expected a database of news-alerts, got an error: ${got}`, { cause });
  } finally {
    database?.close();
  }
}

async function readTable(
  database: DatabaseSync,
  { since, onProgress, signal }: ReadOptions,
): Promise<ReadItems> {
  const table = database
    .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?")
    .get(TABLE_NAME);
  if (!table) return { items: [], documentTitles: new Map() };
  // In the order of the file, not of the index, whose order is random on disk.
  const rows = database.prepare(
    `SELECT item FROM "${TABLE_NAME}" NOT INDEXED WHERE pk >= 'ITEM#' AND pk < 'ITEM$' AND expiresAt >= ?`,
  );
  const items: FoundItem[] = [];
  let read = 0;
  for (const row of rows.iterate(Math.floor(since / 1000) + KEPT_DAYS * DAY_SECONDS)) {
    const item = storedItemOf(JSON.parse(String(row.item)) as TypedRecord);
    if (item) items.push(item);
    if (++read % ROWS_PER_TURN !== 0) continue;
    onProgress?.(items.length);
    await nextTurn();
    if (signal?.aborted) break;
  }
  const titles = database
    .prepare(
      `SELECT substr(pk, 6) AS id, item ->> '$.title.S' AS title FROM "${TABLE_NAME}" WHERE pk >= 'FEED#' AND pk < 'FEED$' AND sk = 'STATE'`,
    )
    .all();
  return {
    items,
    documentTitles: new Map(
      titles.flatMap(({ id, title }): [string, string][] =>
        typeof title === 'string' ? [[String(id), title]] : [],
      ),
    ),
  };
}
