import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeFileError } from '../../config/file-error.ts';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import { isLogDamaged } from '../dynamodb/level-db-log.ts';
import { DATABASE_FILE, hasDatabase, isUnusedLevelDb } from '../dynamodb/open-tables.ts';

/** The parts of the data folder: what each holds, and what happens if a part is moved away. */
const STORE_PARTS = {
  tables: {
    folder: 'tables',
    file: '',
    holds: 'the tables',
    afterwards:
      'news-alerts then starts over: it forgets what it has seen and sent, sends the items of the last hours once more as a digest, and loses the digests that wait',
  },
  queues: {
    folder: 'queues',
    file: 'fauxqs.db',
    holds: 'the queues (SQLite)',
    afterwards: 'feeds are then polled again, but items and alerts that were in the queues are lost',
  },
} as const;

export type StorePart = keyof typeof STORE_PARTS;

/** @throws NewsAlertsError if files of the embedded servers are visibly damaged, or cannot be read and written */
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

/** Returns the error that says what is damaged and what to do. `got`: what is there instead. */
export function damagedStoreError(
  dataDir: string,
  part: StorePart,
  got: string,
  cause?: unknown,
): NewsAlertsError {
  const { folder, file, holds, afterwards } = STORE_PARTS[part];
  const path = join(dataDir, folder, file);
  const directory = join(dataDir, folder);
  return new NewsAlertsError(
    `${path}: expected ${holds} of news-alerts, got ${got}. Restore the folder from a backup, or move it away ` +
      `(mv ${directory} ${directory}.damaged) and start again: ${afterwards}. Nothing was changed.`,
    { cause, context: { path } },
  );
}

/** Returns true if the folder had a table. Channels are recorded only after the table was created. */
function hasHistory(dataDir: string): boolean {
  const size = (name: string) => statSync(join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0;
  return size('outbox.jsonl') > 0 || size('channels.json') > 0;
}

/**
 * Returns the fault that a check finds. An error that the check throws counts as a fault too.
 * @throws NewsAlertsError if files cannot be accessed: these are not damaged
 */
function attempt(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (path !== undefined && /^(EACCES|EPERM|EROFS)$/.test(code ?? '')) {
      throw new NewsAlertsError(
        `${path}: expected to read and write it, got ${describeFileError(error)}; fix that, and start again. Nothing was changed.`,
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
  // A new database gets its name only when it is complete, so an empty one has lost its content.
  return hasHistory(dataDir)
    ? `no tables, or an empty file (${DATABASE_FILE}), though there were some`
    : undefined;
}

/**
 * Returns the damage to the LevelDB tables of releases up to 0.1.0. LevelDB itself reports damaged sorted files when it
 * reads them, so only the other files are checked. A kill leaves an unfinished sorted file, which does not count as
 * damage.
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

/** Returns true if CURRENT names an undamaged manifest. */
function isCurrent(folder: string): boolean {
  const [, manifest] = /^(MANIFEST-\d+)\n$/.exec(readFileSync(join(folder, 'CURRENT'), 'latin1')) ?? [];
  if (manifest === undefined || !existsSync(join(folder, manifest))) return false;
  const records = readFileSync(join(folder, manifest));
  return records.length > 0 && !isLogDamaged(records);
}

/** Returns the damage to an SQLite database; undefined if there is none, or no database. */
function databaseFault(file: string): string | undefined {
  const sizes = ['', '-wal', '-shm', '-journal'].map((suffix) => {
    const stats = statSync(file + suffix, { throwIfNoEntry: false });
    if (stats && !stats.isFile())
      throw new Error(suffix === '' ? 'a folder' : `a folder (its ${suffix} file)`);
    if (stats) accessSync(file + suffix, constants.R_OK | constants.W_OK);
    return stats?.size ?? 0;
  });
  const [size = 0, log = 0] = sizes;
  if (size === 0) {
    // SQLite would delete the log, which has the latest writes. A kill can leave an empty file, but no log beside it.
    return log > 0 ? 'an empty file beside a log of writes to it (its -wal file)' : undefined;
  }
  // If the folder is not writable, SQLite cannot open the file, and its error sounds like damage.
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
