import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { PRIVATE_FOLDER_MODE } from '../data-folder/private-folder.ts';
import type { Item } from './condition.ts';
import { EmbeddedDynamoDb } from './embedded-dynamo-db.ts';

/** Name of the database in the folder of the tables. */
export const DATABASE_FILE = 'dynamodb.db';
/** Releases up to 0.1.0 kept the tables by dynalite, in LevelDB: an item's key begins with this and the table's name. */
const ITEM_PREFIX = 'item-';
const TABLE_PREFIX = 'table~';
const LEVEL_DB_FILE = /^(CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.(ldb|sst|log|dbtmp))$/;
const RECORDS_PER_BATCH = 500;

/**
 * Opens the tables of a folder, or makes new ones; in memory without a folder. Tables of LevelDB become a database first.
 * @throws Error when they cannot be read or written
 */
export async function openTables(folder: string | undefined): Promise<EmbeddedDynamoDb> {
  if (folder === undefined) return new EmbeddedDynamoDb();
  if (!existsSync(folder)) {
    // Renamed once complete, so that a kill leaves no folder that looks damaged.
    const unfinished = `${folder}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    new EmbeddedDynamoDb(join(unfinished, DATABASE_FILE)).close();
    renameSync(unfinished, folder);
  }
  await importLevelDb(folder);
  return new EmbeddedDynamoDb(join(folder, DATABASE_FILE));
}

/** True when the folder has a database that is not empty. */
export function hasDatabase(folder: string): boolean {
  return (statSync(join(folder, DATABASE_FILE), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** True when LevelDB was never written to: a first start of an earlier release ended before it made the table. */
export function isUnusedLevelDb(folder: string): boolean {
  const content = readdirSync(folder).filter((name) => /\.(ldb|sst|log)$/.test(name));
  return content.every((name) => statSync(join(folder, name)).size === 0);
}

/**
 * Moves the tables that an earlier release kept in LevelDB to a database in the same folder. The database takes its name when
 * it is whole and on the disk, and only then LevelDB's files go: a kill at any time leaves one or the other.
 * @throws Error when LevelDB cannot be read, or there is no room for a copy; then nothing is changed
 */
async function importLevelDb(folder: string): Promise<void> {
  const file = join(folder, DATABASE_FILE);
  if (!hasDatabase(folder) && existsSync(join(folder, 'CURRENT'))) {
    const unfinished = `${file}.new`;
    removeDatabase(unfinished);
    try {
      await copyLevelDb(folder, unfinished);
    } catch (error) {
      removeDatabase(unfinished);
      throw error;
    }
    sync(unfinished, 'r+');
    renameSync(unfinished, file);
    // Windows cannot sync a folder.
    if (process.platform !== 'win32') sync(folder, 'r');
  }
  if (!hasDatabase(folder)) return;
  for (const name of readdirSync(folder)) if (LEVEL_DB_FILE.test(name)) rmSync(join(folder, name));
}

async function copyLevelDb(folder: string, file: string): Promise<void> {
  const isUnused = isUnusedLevelDb(folder);
  const level = new ClassicLevel<string, string>(folder, { createIfMissing: false });
  try {
    await level.open();
  } catch (error) {
    throw ((error as Error).cause as Error | undefined) ?? error;
  }
  const store = new EmbeddedDynamoDb(file);
  try {
    const names = await level.keys({ gte: TABLE_PREFIX, lt: `${TABLE_PREFIX}\uffff` }).all();
    if (names.length === 0 && !isUnused) throw new Error('expected a table in LevelDB, got none');
    for (const TableName of names.map((key) => key.slice(TABLE_PREFIX.length))) {
      store.answer('CreateTable', { TableName });
      const prefix = `${ITEM_PREFIX}${TableName}~`;
      const values = level.values({ gte: prefix, lt: `${prefix}\uffff` });
      let read = 0;
      for (
        let batch = await values.nextv(RECORDS_PER_BATCH);
        batch.length > 0;
        batch = await values.nextv(RECORDS_PER_BATCH)
      ) {
        read += batch.length;
        store.load(
          TableName,
          batch.map((value) => JSON.parse(value) as Item),
        );
      }
      if (store.count(TableName) !== read) {
        throw new Error(`expected ${read} records of ${TableName}, got ${store.count(TableName)}`);
      }
    }
  } finally {
    store.close();
    await level.close();
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { recursive: true, force: true });
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
