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
import { PRIVATE_FOLDER_MODE } from '../data-folder/private-folder.ts';
import type { Item } from './condition.ts';
import { EmbeddedDynamoDb } from './embedded-dynamo-db.ts';

/** File name of the database in the folder of the tables. */
export const DATABASE_FILE = 'dynamodb.db';
/** Releases up to 0.1.0 used dynalite on LevelDB. Its keys of items begin with this prefix and the table's name. */
const ITEM_PREFIX = 'item-';
const TABLE_PREFIX = 'table~';
const LEVEL_DB_FILE = /^(CURRENT|LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.(ldb|sst|log|dbtmp))$/;
const RECORDS_PER_BATCH = 500;

/**
 * Opens the tables of a folder, or creates them. Imports tables from LevelDB first. Without a folder the tables are kept in
 * memory.
 * @throws Error if the tables cannot be read or written
 */
export async function openTables(folder: string | undefined): Promise<EmbeddedDynamoDb> {
  if (folder === undefined) return new EmbeddedDynamoDb();
  if (!existsSync(folder)) {
    // Renamed once complete, so a kill leaves no folder that looks damaged.
    const unfinished = `${folder}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true, mode: PRIVATE_FOLDER_MODE });
    new EmbeddedDynamoDb(join(unfinished, DATABASE_FILE)).close();
    renameSync(unfinished, folder);
  }
  await importLevelDb(folder);
  return new EmbeddedDynamoDb(join(folder, DATABASE_FILE));
}

/** Returns true if the folder has a database that is not empty. */
export function hasDatabase(folder: string): boolean {
  return (statSync(join(folder, DATABASE_FILE), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Returns true if LevelDB was never written to, because an earlier release ended before it created its table. */
export function isUnusedLevelDb(folder: string): boolean {
  const dataFiles = readdirSync(folder).filter((name) => /\.(ldb|sst|log)$/.test(name));
  return dataFiles.every((name) => statSync(join(folder, name)).size === 0);
}

/**
 * Moves the LevelDB tables of an earlier release to a database in the same folder. The database gets its name once it is
 * complete and synced, and the files of LevelDB are deleted after that, so a kill at any time leaves one or the other.
 * @throws Error if LevelDB cannot be read, or the disk has no space for a copy; then nothing is changed
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
  const { ClassicLevel } = await import('classic-level');
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
