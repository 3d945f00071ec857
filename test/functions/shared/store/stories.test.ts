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
  for (const one of [late, early, before]) await store.open('summit', one);
  await store.open('storms', story('d', '2026-03-01T09:00:00.000Z'));
  await store.putTelling('summit', 'lead', 'herald', TELLING, NOW);
  expect(await store.since('summit', Date.parse('2026-02-27T09:00:00Z'))).toEqual([
    { ...early, version: 1 },
    { ...late, version: 1 },
  ]);
  expect(await store.since('summit', NOW)).toEqual([]);
});

it('changes a story, unless another has changed it since it was read', async () => {
  const table = memoryTable();
  const store = stories(table);
  const before = story('a', '2026-03-01T09:00:00.000Z');
  await store.open('summit', before);
  await store.open('summit', { ...before, title: 'Another title' });
  const [read] = await store.since('summit', 0);
  if (!read) throw new Error('no story');
  const after = { ...read, itemIds: ['lead', 'other', 'third'] };
  expect(await store.change('summit', read, after)).toBe(true);
  expect(await store.change('summit', read, { ...read, itemIds: ['lead', 'fourth'] })).toBe(false);
  expect(await store.since('summit', 0)).toEqual([{ ...after, version: 2 }]);
  expect([...table.records.values()][0]?.expiresAt).toBe(Date.parse('2026-05-30T09:00:00Z') / 1000);
});

it('changes a story of a release that did not count its writes', async () => {
  const table = memoryTable();
  const store = stories(table);
  const old = story('a', '2026-03-01T09:00:00.000Z');
  await table.put({ pk: 'TOPIC#summit', sk: `STORY#${old.openedAt}#a`, ...old });
  expect(await store.change('summit', old, { ...old, sources: ['The Courier'] })).toBe(true);
  expect(await store.since('summit', 0)).toEqual([{ ...old, sources: ['The Courier'], version: 1 }]);
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
