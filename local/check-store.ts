import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { NewsAlertsError } from '../functions/shared/errors.ts';
import { fileFault } from '../functions/shared/file-fault.ts';
import { isLogDamaged } from './level-log.ts';

/** What is kept in a folder, and what is lost with it. */
const PARTS = {
  tables: {
    path: 'tables',
    holds: 'the tables (LevelDB)',
    lost: 'news-alerts then starts anew: it forgets what it has seen and sent, the items of the last hours come once more as a digest, and digests that wait are lost',
  },
  queues: {
    path: join('queues', 'fauxqs.db'),
    holds: 'the queues (SQLite)',
    lost: 'what was under way is lost with it: feeds are polled again, but items and alerts on their way are missing',
  },
} as const;

/** @throws NewsAlertsError when files that the embedded servers keep in the folder are visibly damaged */
export function checkStore(dataDir: string): void {
  const tables = join(dataDir, PARTS.tables.path);
  const fault = attempt(() => (existsSync(tables) ? tablesFault(tables) : undefined));
  if (fault) throw damaged(dataDir, 'tables', fault);
  const folder = join(dataDir, 'queues');
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new NewsAlertsError(`${folder}: expected a folder, got a file; move it away, and start again`);
  }
  const queues = join(dataDir, PARTS.queues.path);
  const queuesFault = attempt(() => (existsSync(queues) ? databaseFault(queues) : undefined));
  if (queuesFault) throw damaged(dataDir, 'queues', queuesFault);
}

/** Returns the error that says what is damaged and what to do about it. `got`: what was found in its place. */
export function damaged(
  dataDir: string,
  part: keyof typeof PARTS,
  got: string,
  cause?: unknown,
): NewsAlertsError {
  const { path, holds, lost } = PARTS[part];
  const file = join(dataDir, path);
  return new NewsAlertsError(
    `${file}: expected ${holds} as news-alerts keeps them, got ${got}. Restore it from a backup, or move it away ` +
      `(mv ${file} ${file}.damaged) and start again: ${lost}. Nothing was changed.`,
    { cause, context: { path: file } },
  );
}

/** Whether there are tables of a run in which something was published: then there is a table among them. */
export function hasHistory(dataDir: string): boolean {
  const outbox = statSync(join(dataDir, 'outbox.jsonl'), { throwIfNoEntry: false });
  return existsSync(join(dataDir, PARTS.tables.path)) && (outbox?.size ?? 0) > 0;
}

function attempt(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    return fileFault(error);
  }
}

function tablesFault(folder: string): string | undefined {
  if (!statSync(folder).isDirectory()) return 'a file';
  const names = readdirSync(folder);
  // LevelDB would start anew in it, and delete what is there.
  if (!names.includes('CURRENT') && names.some((name) => /\.(ldb|sst|log)$/.test(name))) {
    return 'a folder without its file CURRENT';
  }
  for (const name of names) {
    const path = join(folder, name);
    accessSync(path, constants.R_OK | constants.W_OK);
    if (name === 'CURRENT' && !isCurrent(folder)) return 'a damaged file (CURRENT)';
    if (/\.(ldb|sst)$/.test(name) && !hasFooter(path) && isNamed(folder, name))
      return `a damaged file (${name})`;
    if (name.endsWith('.log') && isLogDamaged(readFileSync(path))) return `a damaged file (${name})`;
  }
  return undefined;
}

/** Whether CURRENT names a manifest that is there and whole. */
function isCurrent(folder: string): boolean {
  const records = manifestOf(folder);
  return records !== undefined && records.length > 0 && !isLogDamaged(records);
}

function manifestOf(folder: string): Buffer | undefined {
  const current = join(folder, 'CURRENT');
  if (!existsSync(current)) return undefined;
  const [, manifest] = /^(MANIFEST-\d+)\n$/.exec(readFileSync(current, 'latin1')) ?? [];
  if (manifest === undefined || !existsSync(join(folder, manifest))) return undefined;
  return readFileSync(join(folder, manifest));
}

/**
 * Whether the manifest names a file of sorted keys. LevelDB names it there once it is whole: one that a kill has cut off is of
 * no use to it, and it deletes it.
 */
function isNamed(folder: string, name: string): boolean {
  const manifest = manifestOf(folder);
  if (manifest === undefined) return true;
  const number = varint(Number.parseInt(name, 10));
  return LEVELS.some((level) => manifest.includes(Buffer.from([NEW_FILE, level, ...number])));
}

/** What begins the entry of a new file in a manifest; then come its level and its number. */
const NEW_FILE = 7;
const LEVELS = [0, 1, 2, 3, 4, 5, 6];

function varint(number: number): number[] {
  return number < 128 ? [number] : [(number % 128) + 128, ...varint(Math.floor(number / 128))];
}

/** With this every file of sorted keys ends, so a file that was cut or overwritten lacks it. */
const FOOTER = Buffer.from('57fb808b247547db', 'hex');

function hasFooter(path: string): boolean {
  const { size } = statSync(path);
  if (size < FOOTER.length) return false;
  const end = Buffer.alloc(FOOTER.length);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, end, 0, end.length, size - end.length);
  } finally {
    closeSync(descriptor);
  }
  return end.equals(FOOTER);
}

function databaseFault(file: string): string | undefined {
  if (!statSync(file).isFile()) return 'a folder';
  accessSync(file, constants.R_OK | constants.W_OK);
  // A process that was killed while it made the file leaves it empty, and with nothing lost.
  if (statSync(file).size === 0) return undefined;
  const database = new DatabaseSync(file);
  try {
    const { quick_check: result } = database.prepare('PRAGMA quick_check(1)').get() ?? {};
    return result === 'ok' ? undefined : `a damaged file (${String(result)})`;
  } catch (error) {
    return `a damaged file (${(error as Error).message})`;
  } finally {
    database.close();
  }
}
