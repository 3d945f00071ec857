import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Attributes, Key } from '../../../functions/shared/store/table.ts';
import { readOnlyTable } from '../../../local/data-folder/read-only-table.ts';
import { openTables } from '../../../local/dynamodb/open-tables.ts';
import { TABLE_NAME } from '../../../local/provision.ts';

const RECORDS = [
  { pk: { S: 'FEED#a' }, sk: { S: 'STATE' }, version: { N: '3' }, seen: { B: 'AQID' } },
  {
    pk: { S: 'TOPIC#t' },
    sk: { S: 'STORY#1' },
    list: { L: [{ S: 'x' }] },
    B: { M: { B: { S: 'no bytes' } } },
  },
  { pk: { S: 'TOPIC#t' }, sk: { S: 'STORY#2' }, duePk: { S: 'DIGEST' }, dueSk: { S: '2026-02' } },
  { pk: { S: 'TOPIC#t' }, sk: { S: 'STORY#3' }, duePk: { S: 'DIGEST' }, dueSk: { S: '2026-01' } },
];

/** Returns a data folder with records, while another program has its database open. */
async function folder(): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), 'news-alerts-table-'));
  const tables = await openTables(join(data, 'tables'));
  onTestFinished(() => {
    tables.close();
    rmSync(data, { recursive: true });
  });
  tables.answer('CreateTable', { TableName: TABLE_NAME });
  for (const Item of RECORDS) tables.answer('PutItem', { TableName: TABLE_NAME, Item });
  return data;
}

const keys = (records: readonly Attributes[]) => records.map(({ sk }) => sk);

it('reads records, ranges in both orders, and the due index', async () => {
  const table = readOnlyTable(await folder());
  expect(await table.get({ pk: 'FEED#a', sk: 'STATE' })).toEqual({
    pk: 'FEED#a',
    sk: 'STATE',
    version: 3,
    seen: new Uint8Array([1, 2, 3]),
  });
  expect(await table.get({ pk: 'TOPIC#t', sk: 'STORY#1' })).toMatchObject({
    list: ['x'],
    B: { B: 'no bytes' },
  });
  expect(await table.get({ pk: 'FEED#b', sk: 'STATE' })).toBeUndefined();
  const stories = { pk: 'TOPIC#t', from: 'STORY#', to: 'STORY#~' };
  expect(keys(await table.query(stories))).toEqual(['STORY#1', 'STORY#2', 'STORY#3']);
  expect(keys(await table.query({ ...stories, reverse: true, limit: 2 }))).toEqual(['STORY#3', 'STORY#2']);
  expect(keys(await table.query({ ...stories, from: 'STORY#2', to: 'STORY#2' }))).toEqual(['STORY#2']);
  expect(keys(await table.queryDue({ pk: 'DIGEST', from: '', to: '2026-02' }))).toEqual([
    'STORY#3',
    'STORY#2',
  ]);
});

it('refuses to write', async () => {
  const table = readOnlyTable(await folder());
  const record: Key & Attributes = { pk: 'FEED#a', sk: 'STATE' };
  for (const write of [table.put(record), table.putAll([record]), table.delete(record)])
    await expect(write).rejects.toThrow('expected only reads of this table, got a write');
});

it('says which file cannot be read', async () => {
  const data = join(tmpdir(), 'news-alerts-no-such-folder');
  await expect(readOnlyTable(data).get({ pk: 'FEED#a', sk: 'STATE' })).rejects.toThrow(
    `${join(data, 'tables', 'dynamodb.db')}: expected a database of news-alerts, got an error`,
  );
});
