import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkStore } from '../../../local/data-folder/check-store.ts';
import { openTables } from '../../../local/dynamodb/open-tables.ts';

// Written by release 0.1.0 with dynalite 4.0.0 in three runs, the last of which was killed.
const RELEASE_0_1_0 = join(import.meta.dirname, 'tables-0.1.0');

let data: string;
let folder: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'news-alerts-tables-'));
  folder = join(data, 'tables');
});
afterEach(() => rmSync(data, { recursive: true }));

type Store = Awaited<ReturnType<typeof openTables>>;
const get = (store: Store, pk: string, sk: string) =>
  (
    store.answer('GetItem', { TableName: 'news-alerts', Key: { pk: { S: pk }, sk: { S: sk } } }) as {
      Item?: unknown;
    }
  ).Item;
const due = (store: Store) =>
  store.answer('Query', {
    TableName: 'news-alerts',
    IndexName: 'due',
    KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#p': 'duePk', '#s': 'dueSk' },
    ExpressionAttributeValues: { ':p': { S: 'DUE' }, ':from': { S: ' ' }, ':to': { S: '~' } },
  }) as { Items: { sk: { S: string } }[] };

describe('tables of release 0.1.0', () => {
  async function check() {
    const store = await openTables(folder);
    try {
      expect(store.tables()).toEqual(['news-alerts']);
      // The feed's state, 3 x 8 items of which one was deleted, and 3 digest entries.
      expect(store.count('news-alerts')).toBe(1 + 23 + 3);
      expect(get(store, 'FEED#owls', 'STATE')).toEqual({
        pk: { S: 'FEED#owls' },
        sk: { S: 'STATE' },
        version: { N: '2' },
        etag: { S: '"owl"' },
        seen: { B: Buffer.from(Array.from({ length: 200 }, (_, n) => n)).toString('base64') },
      });
      expect(get(store, 'ITEM#00', 'ITEM')).toBeUndefined();
      expect(get(store, 'ITEM#17', 'ITEM')).toMatchObject({
        title: { S: 'Owl number 7 of run 1 🦉 \u0000' },
      });
      expect(due(store).Items.map(({ sk }) => sk.S)).toEqual(['DIGEST#0', 'DIGEST#1', 'DIGEST#2']);
      expect(store.firstExpiry()).toBe(1_900_000_000);
    } finally {
      store.close();
    }
    expect(readdirSync(folder)).toEqual(['dynamodb.db']);
  }

  beforeEach(() => cpSync(RELEASE_0_1_0, folder, { recursive: true }));

  it('are complete after an upgrade, and at every later start', async () => {
    await check();
    await check();
  });

  it('are complete if a kill interrupted the upgrade', async () => {
    writeFileSync(join(folder, 'dynamodb.db.new'), 'half of it');
    writeFileSync(join(folder, 'dynamodb.db.new-wal'), 'half of it');
    await check();
  });

  it('are complete if a kill interrupted the removal of the old files', async () => {
    await check();
    cpSync(join(RELEASE_0_1_0, 'CURRENT'), join(folder, 'CURRENT'));
    cpSync(join(RELEASE_0_1_0, '000005.ldb'), join(folder, '000005.ldb'));
    await check();
  });

  it('stay unchanged if they cannot be read', async () => {
    const level = new ClassicLevel(folder);
    await level.put('item-news-alerts~zzz', '{"pk": cut');
    await level.close();
    await expect(openTables(folder)).rejects.toThrow(/JSON/);
    const again = new ClassicLevel(folder);
    // The items, the index entries, the table, and the unreadable value.
    expect(await again.keys().all()).toHaveLength(27 + 3 + 1 + 1);
    await again.close();
    expect(existsSync(join(folder, 'dynamodb.db'))).toBe(false);
    expect(existsSync(join(folder, 'dynamodb.db.new'))).toBe(false);
  });

  it('are complete beside an empty database', async () => {
    writeFileSync(join(folder, 'dynamodb.db'), '');
    checkStore(data);
    await check();
  });

  // Regression: 0.1.0 took such a file for damage and did not start.
  it('are complete if a kill left an unfinished LevelDB file', async () => {
    writeFileSync(join(folder, '000020.ldb'), 'half of it');
    checkStore(data);
    await check();
  });

  // Regression: a first start of 0.1.0 with its port in use left such a folder, which was taken for damaged.
  it('are created if there never was a table', async () => {
    rmSync(folder, { recursive: true });
    const level = new ClassicLevel(folder);
    await level.open();
    await level.close();
    checkStore(data);
    const store = await openTables(folder);
    expect(store.tables()).toEqual([]);
    store.close();
    expect(readdirSync(folder)).toEqual(['dynamodb.db']);
  });

  it('are reported missing if there was a table', async () => {
    rmSync(folder, { recursive: true });
    const level = new ClassicLevel(folder);
    await level.open();
    await level.close();
    writeFileSync(join(data, 'channels.json'), '{}');
    expect(() => checkStore(data)).toThrow('got no tables');
  });

  it('leave other files in the folder alone', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    (await openTables(folder)).close();
    expect(readdirSync(folder).sort()).toEqual(['dynamodb.db', 'notes.txt']);
  });
});

it('keeps new tables', async () => {
  const store = await openTables(folder);
  store.answer('CreateTable', { TableName: 'news-alerts' });
  store.answer('PutItem', { TableName: 'news-alerts', Item: { pk: { S: 'a' }, sk: { S: 'b' } } });
  store.close();
  const again = await openTables(folder);
  expect(again.count('news-alerts')).toBe(1);
  again.close();
});
