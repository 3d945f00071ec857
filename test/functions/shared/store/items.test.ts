import { expect, it } from 'vitest';
import type { Item } from '../../../../functions/shared/model.ts';
import { items } from '../../../../functions/shared/store/items.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const SEEN_AT = Date.parse('2026-03-01T10:00:00Z');
const ITEM: Item = {
  id: '00000000000000aa',
  contentHash: '00000000000000bb',
  feedId: 'herald',
  title: 'A title',
  summary: 'A summary',
  content: 'Content',
  url: 'https://herald.test/1',
  authors: ['Ann'],
  categories: [],
};

it('stores an item under its feed for 90 days', async () => {
  const table = memoryTable();
  await items(table).putAll([ITEM], SEEN_AT);
  const { id: _id, feedId: _feedId, ...fields } = ITEM;
  expect([...table.records.values()]).toEqual([
    {
      pk: 'ITEM#00000000000000aa',
      sk: 'FEED#herald',
      ...fields,
      seenAt: '2026-03-01T10:00:00.000Z',
      expiresAt: Date.parse('2026-05-30T10:00:00Z') / 1000,
    },
  ]);
});

it('is one record per feed for the same item', async () => {
  const table = memoryTable();
  const store = items(table);
  await store.putAll([ITEM, { ...ITEM, title: 'An edit' }], SEEN_AT);
  await store.putAll(
    [
      { ...ITEM, title: 'Another edit' },
      { ...ITEM, feedId: 'courier' },
    ],
    SEEN_AT,
  );
  expect([...table.records.values()].map(({ sk, title }) => [sk, title])).toEqual([
    ['FEED#herald', 'Another edit'],
    ['FEED#courier', 'A title'],
  ]);
});

it('keeps the beginning of a long content', async () => {
  const table = memoryTable();
  await items(table).putAll([{ ...ITEM, content: 'x'.repeat(20_000) }], SEEN_AT);
  const [record] = table.records.values();
  expect(record?.content).toBe('x'.repeat(4_000));
});
