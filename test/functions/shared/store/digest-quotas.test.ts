import { expect, it } from 'vitest';
import { digestQuotas } from '../../../../functions/shared/store/digest-quotas.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const DUE = '2026-03-01T10:00:00.000Z';
const DIGEST = { topicId: 'storms', dueAt: Date.parse(DUE) };
const HERALD = { id: 'herald', title: 'The Herald' };

it('lists a hundred items of a feed, counts the others, and repeats its answers', async () => {
  const store = digestQuotas(memoryTable());
  for (let attempt = 0; attempt < 2; attempt++) {
    expect(await store.reserve(DIGEST, HERALD, 'a', 50)).toBe('listed');
    expect(await store.reserve(DIGEST, HERALD, 'b', 50)).toBe('listed');
    expect(await store.reserve(DIGEST, HERALD, 'c', 50)).toBe('left out');
    expect(await store.reserve(DIGEST, HERALD, 'd', 7)).toBe('left out');
  }
  expect(await store.reserve(DIGEST, { id: 'courier', title: 'The Courier' }, 'e', 50)).toBe('listed');
  expect(await store.leftOut('storms', DUE)).toEqual([{ feed: 'The Herald', items: 57 }]);
  expect(await store.leftOut('storms', '2026-03-01T11:00:00.000Z')).toEqual([]);
});

it('counts silent items and SMS separately', async () => {
  const store = digestQuotas(memoryTable());
  expect(await store.reserve(DIGEST, { ...HERALD, id: 'silent herald' }, 'a', 200)).toBe('left out');
  expect(await store.reserve(DIGEST, HERALD, 'a', 20)).toBe('listed');
  expect(await store.leftOut('storms', DUE)).toEqual([]);
});

it('keeps the record small whatever comes', async () => {
  const table = memoryTable();
  const store = digestQuotas(table);
  for (let n = 0; n < 2_000; n++)
    await store.reserve(DIGEST, { ...HERALD, title: 'x'.repeat(9_000) }, `burst-${n}`, 50);
  const [record] = table.records.values();
  expect(JSON.stringify(record).length).toBeLessThan(20_000);
  expect(record?.expiresAt).toBe(Date.parse('2026-03-08T10:00:00Z') / 1000);
});
