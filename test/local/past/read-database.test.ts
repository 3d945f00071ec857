import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTables } from '../../../local/dynamodb/open-tables.ts';
import { readDatabase } from '../../../local/past/read-database.ts';
import { TABLE_NAME } from '../../../local/provision.ts';
import { DAY, TO } from './invented-past.ts';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-past-'));
let store: Awaited<ReturnType<typeof openTables>>;

const record = (id: string, days: number, more: object = {}) => ({
  pk: `ITEM#${id}`,
  sk: 'FEED#courier',
  contentHash: 'h',
  title: `Title of ${id}`,
  summary: 'A summary.',
  content: '',
  authors: ['Ann'],
  categories: [],
  seenAt: new Date(TO - days * DAY).toISOString(),
  expiresAt: Math.floor((TO - days * DAY + 90 * DAY) / 1000),
  ...more,
});

beforeAll(async () => {
  store = await openTables(join(folder, 'tables'));
  store.answer('CreateTable', { TableName: TABLE_NAME });
  const records = [
    record('a', 40),
    record('b', 2, { url: 'https://news.example/b', language: 'en', published: '2026-03-08T11:00:00Z' }),
    record('c', 1, { title: 7 }),
    { pk: 'FEED#courier', sk: 'STATE', title: 'The Courier', seen: new Uint8Array(9) },
    { pk: 'TOPIC#t', sk: 'STORY#x', title: 'no item' },
  ];
  store.load(
    TABLE_NAME,
    records.map((one) => JSON.parse(JSON.stringify(marshall(one)))),
  );
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

it('reads the items that were found since a time, while the database is open elsewhere', async () => {
  const { items, documentTitles } = await readDatabase(folder, { since: TO - 30 * DAY });
  expect(items).toEqual([
    {
      id: 'b',
      feedId: 'courier',
      title: 'Title of b',
      summary: 'A summary.',
      content: '',
      authors: ['Ann'],
      categories: [],
      url: 'https://news.example/b',
      language: 'en',
      published: '2026-03-08T11:00:00Z',
      foundAt: TO - 2 * DAY,
    },
  ]);
  expect([...documentTitles]).toEqual([['courier', 'The Courier']]);
  expect((await readDatabase(folder, { since: 0 })).items.map(({ id }) => id)).toEqual(['a', 'b']);
});

it('says what to do without a database', async () => {
  await expect(readDatabase(tmpdir(), { since: 0 })).rejects.toThrow('start it once');
});
