import { expect, it } from 'vitest';
import { type Story, stories, type Telling } from '../../../../functions/shared/store/stories.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const story = (id: string, openedAt: string): Story => ({
  id,
  leadItemId: 'lead',
  openedAt,
  title: 'A title',
  itemIds: ['lead', 'other'],
  sources: ['The Herald'],
});

it('gives the stories of a topic since a time, oldest first', async () => {
  const store = stories(memoryTable());
  const [late, early, before] = [
    story('a', '2026-03-01T09:00:00.000Z'),
    story('b', '2026-02-27T09:00:00.000Z'),
    story('c', '2026-02-27T08:59:59.999Z'),
  ];
  for (const one of [late, early, before]) await store.put('summit', one);
  await store.put('storms', story('d', '2026-03-01T09:00:00.000Z'));
  await store.putTelling('summit', 'lead', 'herald', TELLING, NOW);
  expect(await store.since('summit', Date.parse('2026-02-27T09:00:00Z'))).toEqual([early, late]);
  expect(await store.since('summit', NOW)).toEqual([]);
});

it('replaces a story that is put again', async () => {
  const table = memoryTable();
  const store = stories(table);
  const before = story('a', '2026-03-01T09:00:00.000Z');
  const after = { ...before, itemIds: ['lead', 'other', 'third'] };
  await store.put('summit', before);
  await store.put('summit', after);
  expect(await store.since('summit', 0)).toEqual([after]);
  expect([...table.records.values()][0]?.expiresAt).toBe(Date.parse('2026-05-30T09:00:00Z') / 1000);
});

const TELLING: Telling = {
  storyId: 'a',
  lead: true,
  title: 'A title',
  contentHash: 'hash',
  polledAt: '2026-03-01T10:00:00.000Z',
  terms: ['storm'],
};

it('keeps a telling for each topic, item and feed', async () => {
  const table = memoryTable();
  const store = stories(table);
  await store.putTelling('summit', 'lead', 'herald', TELLING, NOW);
  expect(await store.telling('summit', 'lead', 'herald')).toEqual(TELLING);
  expect(await store.telling('summit', 'lead', 'courier')).toBeUndefined();
  expect(await store.telling('summit', 'other', 'herald')).toBeUndefined();
  expect(await store.telling('storms', 'lead', 'herald')).toBeUndefined();
  expect([...table.records.values()][0]?.expiresAt).toBe(Date.parse('2026-05-30T10:00:00Z') / 1000);

  await store.putTelling('summit', 'lead', 'herald', { ...TELLING, title: 'An edit' }, NOW);
  expect(await store.telling('summit', 'lead', 'herald')).toEqual({ ...TELLING, title: 'An edit' });
});
