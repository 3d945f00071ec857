import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { isLogDamaged } from '../dynamodb/level-db-log.ts';
import { DATABASE_FILE, hasDatabase, isUnusedLevelDb } from '../dynamodb/open-tables.ts';

/** A part of the data folder, what news-alerts keeps in it, and what is lost with it. */
const STORE_PARTS = {
  tables: {
    folder: 'tables',
    file: '',
    holds: 'the tables',
    lost: 'news-alerts then starts anew: it forgets what it has seen and sent, the items of the last hours come once more as a digest, and digests that wait are lost',
  },
  queues: {
    folder: 'queues',
    file: 'fauxqs.db',
    holds: 'the queues (SQLite)',
    lost: 'what was under way is lost with it: feeds are polled again, but items and alerts on their way are missing',
  },
} as const;

export type StorePart = keyof typeof STORE_PARTS;

/** @throws NewsAlertsError when files that the embedded servers keep in the folder are visibly damaged, or not to be used */
export function checkStore(dataDir: string): void {
  const tables = attempt(() => tablesFault(dataDir));
  if (tables) throw damagedStoreError(dataDir, 'tables', tables);
  const queues = join(dataDir, STORE_PARTS.queues.folder);
  if (existsSync(queues) && !statSync(queues).isDirectory()) {
    throw new NewsAlertsError(`${queues}: expected a folder, got a file; move it away, and start again`);
  }
  const fault = attempt(() => databaseFault(join(queues, STORE_PARTS.queues.file)));
  if (fault) throw damagedStoreError(dataDir, 'queues', fault);
}

/** Returns the error that says what is damaged and what to do about it. `got`: what was found in its place. */
export function damagedStoreError(
  dataDir: string,
  part: StorePart,
  got: string,
  cause?: unknown,
): NewsAlertsError {
  const { folder, file, holds, lost } = STORE_PARTS[part];
  const path = join(dataDir, folder, file);
  const away = join(dataDir, folder);
  return new NewsAlertsError(
    `${path}: expected ${holds} as news-alerts keeps them, got ${got}. Restore it from a backup, or move it away ` +
      `(mv ${away} ${away}.damaged) and start again: ${lost}. Nothing was changed.`,
    { cause, context: { path } },
  );
}

/** True when there was a table in this folder: channels are recorded after it was made. */
function hasHistory(dataDir: string): boolean {
  const size = (name: string) => statSync(join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0;
  return size('outbox.jsonl') > 0 || size('channels.json') > 0;
}

function attempt(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (path !== undefined && /^(EACCES|EPERM|EROFS)$/.test(code ?? '')) {
      throw new NewsAlertsError(
        `${path}: expected to read and write it, got ${describeFileError(error)}; mend that, and start again. Nothing was changed.`,
        { cause: error },
      );
    }
    return describeFileError(error);
  }
}

function tablesFault(dataDir: string): string | undefined {
  const folder = join(dataDir, STORE_PARTS.tables.folder);
  if (!existsSync(folder)) return undefined;
  if (!statSync(folder).isDirectory()) return 'a file';
  const names = readdirSync(folder);
  if (names.includes(DATABASE_FILE) || names.includes(`${DATABASE_FILE}-wal`)) {
    const fault = databaseFault(join(folder, DATABASE_FILE));
    if (fault) return `${fault} (${DATABASE_FILE})`;
    if (hasDatabase(folder)) return undefined;
  }
  const isLevel = names.includes('CURRENT');
  const fault = isLevel ? levelFault(folder, names) : undefined;
  if (fault || (isLevel && !isUnusedLevelDb(folder))) return fault;
  if (!isLevel && names.some((name) => /\.(ldb|sst|log)$/.test(name)))
    return 'a folder without its file CURRENT';
  // A new database gets its name when it is whole, so an empty one was emptied.
  return hasHistory(dataDir)
    ? `no tables, or an empty file (${DATABASE_FILE}), though there were some`
    : undefined;
}

/**
 * Releases up to 0.1.0 kept the tables in LevelDB, which reports only some damages by itself. It does those of sorted files when they
 * are read; an unfinished one that a kill has left is none.
 */
function levelFault(folder: string, names: readonly string[]): string | undefined {
  if (!isCurrent(folder)) return 'a damaged file (CURRENT, or the MANIFEST that it names)';
  for (const name of names) {
    const path = join(folder, name);
    accessSync(path, constants.R_OK | constants.W_OK);
    if (/^\d+\.log$/.test(name) && isLogDamaged(readFileSync(path))) return `a damaged file (${name})`;
  }
  return undefined;
}

/** Whether CURRENT names a manifest that is there and whole. */
function isCurrent(folder: string): boolean {
  const [, manifest] = /^(MANIFEST-\d+)\n$/.exec(readFileSync(join(folder, 'CURRENT'), 'latin1')) ?? [];
  if (manifest === undefined || !existsSync(join(folder, manifest))) return false;
  const records = readFileSync(join(folder, manifest));
  return records.length > 0 && !isLogDamaged(records);
}

/** Returns what is wrong with a database of SQLite; nothing for one that is not there. */
function databaseFault(file: string): string | undefined {
  const sizes = ['', '-wal', '-shm', '-journal'].map((suffix) => {
    const found = statSync(file + suffix, { throwIfNoEntry: false });
    if (found && !found.isFile())
      throw new Error(suffix === '' ? 'a folder' : `a folder (its ${suffix} file)`);
    if (found) accessSync(file + suffix, constants.R_OK | constants.W_OK);
    return found?.size ?? 0;
  });
  const [size = 0, log = 0] = sizes;
  if (size === 0) {
    // SQLite would delete the log, which holds what was written last. A kill leaves an empty file, but not beside a log.
    return log > 0 ? 'no content, but a log of what was written to it (its -wal file)' : undefined;
  }
  // Without it SQLite cannot open the file either, and says so in words that sound like damage.
  accessSync(dirname(file), constants.W_OK);
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const { quick_check: result } = database.prepare('PRAGMA quick_check(1)').get() ?? {};
    return result === 'ok' ? undefined : `a damaged file (${String(result).replace(/\s+/g, ' ')})`;
  } catch (error) {
    return `a damaged file (${(error as Error).message})`;
  } finally {
    database.close();
  }
}
