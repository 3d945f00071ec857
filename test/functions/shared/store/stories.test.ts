import { expect, it } from 'vitest';
import {
  type DeliveredVersion,
  type Stories,
  type Story,
  stories,
} from '../../../../functions/shared/store/stories.ts';
import type { Table } from '../../../../functions/shared/store/table.ts';
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

const open = async (store: Stories, topicId: string, one: Story) =>
  store.open(topicId, await store.since(topicId, 0), one);

it('returns the stories of a topic since a time, oldest first', async () => {
  const store = stories(memoryTable());
  const [late, early, before] = [
    story('a', '2026-03-01T09:00:00.000Z'),
    story('b', '2026-02-27T09:00:00.000Z'),
    story('c', '2026-02-27T08:59:59.999Z'),
  ];
  for (const one of [late, early, before]) await open(store, 'summit', one);
  await open(store, 'storms', story('d', '2026-03-01T09:00:00.000Z'));
  await store.recordDelivery('summit', 'lead', 'herald', TELLING, NOW);
  expect(await store.since('summit', Date.parse('2026-02-27T09:00:00Z'))).toMatchObject({
    opened: 3,
    stories: [
      { ...early, version: 1 },
      { ...late, version: 1 },
    ],
  });
  expect(await store.since('summit', NOW)).toMatchObject({ opened: 3, stories: [] });
});

it('opens a story only for a caller that has seen all earlier ones', async () => {
  const store = stories(memoryTable());
  const read = await store.since('summit', 0);
  const [first, second] = [story('a', '2026-03-01T09:00:00.000Z'), story('b', '2026-03-01T09:00:01.000Z')];
  expect(await store.open('summit', read, first)).toBe(true);
  expect(await store.open('summit', read, second)).toBe(false);
  const again = await store.since('summit', 0);
  expect(again.stories).toEqual([{ ...first, version: 1 }]);
  expect(await store.open('summit', again, second)).toBe(true);
  expect((await store.since('summit', 0)).stories.map(({ id }) => id)).toEqual(['a', 'b']);
});

it('records when stories open and the typical time between them', async () => {
  const store = stories(memoryTable());
  expect(await store.activity('summit')).toEqual({});
  await open(store, 'summit', story('a', '2026-03-01T09:00:00.000Z'));
  await open(store, 'summit', story('b', '2026-03-02T09:00:00.000Z'));
  expect(await store.activity('summit')).toEqual({
    heardAt: Date.parse('2026-03-02T09:00:00Z'),
    usualGap: 24 * 3_600_000,
  });
});

it('writes a story that was counted but not written', async () => {
  const table = memoryTable();
  const dying: Table = {
    ...table,
    put: async (record, condition) => {
      if (record.sk.startsWith('STORY#')) throw new Error('died');
      return table.put(record, condition);
    },
  };
  const first = story('a', '2026-03-01T09:00:00.000Z');
  await expect(open(stories(dying), 'summit', first)).rejects.toThrow('died');
  const read = await stories(table).since('summit', 0);
  expect(read).toMatchObject({ opened: 1, stories: [{ ...first, version: 1 }] });
  // It can be changed at once, like any other.
  expect(await stories(table).change('summit', read.stories[0] as Story, first)).toBe(true);
  // A story from before the requested time stays out.
  expect(await stories(table).since('summit', NOW)).toMatchObject({ opened: 1, stories: [] });
});

it('changes a story, unless it was changed since it was read', async () => {
  const table = memoryTable();
  const store = stories(table);
  const before = story('a', '2026-03-01T09:00:00.000Z');
  await open(store, 'summit', before);
  await open(store, 'summit', { ...before, title: 'Another title' });
  const [read] = (await store.since('summit', 0)).stories;
  if (!read) throw new Error('no story');
  const after = { ...read, itemIds: ['lead', 'other', 'third'] };
  expect(await store.change('summit', read, after)).toBe(true);
  expect(await store.change('summit', read, { ...read, itemIds: ['lead', 'fourth'] })).toBe(false);
  expect((await store.since('summit', 0)).stories).toEqual([{ ...after, version: 2 }]);
  const record = [...table.records.values()].find(({ sk }) => String(sk).startsWith('STORY#'));
  expect(record?.expiresAt).toBe(Date.parse('2026-05-30T09:00:00Z') / 1000);
});

it('changes a story of a release that did not count writes', async () => {
  const table = memoryTable();
  const store = stories(table);
  const old = story('a', '2026-03-01T09:00:00.000Z');
  await table.put({ pk: 'TOPIC#summit', sk: `STORY#${old.openedAt}#a`, ...old });
  expect(await store.change('summit', old, { ...old, sources: ['The Courier'] })).toBe(true);
  const { stories: read, opened } = await store.since('summit', 0);
  expect(read).toEqual([{ ...old, sources: ['The Courier'], version: 1 }]);
  expect(opened).toBe(0);
});

const TELLING: DeliveredVersion = {
  storyId: 'a',
  lead: true,
  title: 'A title',
  contentHash: 'hash',
  polledAt: '2026-03-01T10:00:00.000Z',
  terms: ['storm'],
};

it('finds the versions of items at one address, in all feeds, and no others', async () => {
  const store = stories(memoryTable());
  const at = (address: string, feed: string) => `${address.padEnd(8, '0')}${feed.padEnd(8, 'f')}`;
  for (const [address, feed] of [
    ['aa', '1'],
    ['aa', '2'],
    ['ab', '1'],
  ] as const) {
    const title = `${address} in ${feed}`;
    await store.recordDelivery('summit', at(address, feed), `feed-${feed}`, { ...TELLING, title }, NOW);
  }
  const found = await store.deliveredAtAddress('summit', at('aa', '3'));
  expect(found.map(({ title }) => title)).toEqual(['aa in 1', 'aa in 2']);
  expect(await store.deliveredAtAddress('storms', at('aa', '3'))).toEqual([]);
});

it('keeps a delivered version per topic, item and feed', async () => {
  const table = memoryTable();
  const store = stories(table);
  await store.recordDelivery('summit', 'lead', 'herald', TELLING, NOW);
  expect(await store.delivered('summit', 'lead', 'herald')).toEqual(TELLING);
  expect(await store.delivered('summit', 'lead', 'courier')).toBeUndefined();
  expect(await store.delivered('summit', 'other', 'herald')).toBeUndefined();
  expect(await store.delivered('storms', 'lead', 'herald')).toBeUndefined();
  expect([...table.records.values()][0]?.expiresAt).toBe(Date.parse('2026-05-30T10:00:00Z') / 1000);

  await store.recordDelivery('summit', 'lead', 'herald', { ...TELLING, title: 'An edit' }, NOW);
  expect(await store.delivered('summit', 'lead', 'herald')).toEqual({ ...TELLING, title: 'An edit' });
});
