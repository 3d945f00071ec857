import { describe, expect, it } from 'vitest';
import type { AlertEntry } from '../../../../functions/shared/model.ts';
import { digests } from '../../../../functions/shared/store/digests.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const HOUR = 3_600_000;
const entry = (title: string): AlertEntry => ({
  kind: 'new',
  storyId: title,
  itemId: title,
  title,
  summary: '',
  feed: 'The Herald',
  why: [],
});
const iso = (time: number) => new Date(time).toISOString();

function setUp() {
  const store = digests(memoryTable());
  const add = (
    topicId: string,
    dueAt: number,
    id: string,
    claimedAt = NOW,
    kind: 'digest' | 'welcome' = 'digest',
  ) =>
    store.add({ topicId, dueAt }, { id, claimedAt }, { kind, protocols: ['email', 'sms'], entry: entry(id) });
  const titles = async (topicId: string, dueAt: number) =>
    (await store.entries(topicId, iso(dueAt))).map(({ entry: { title } }) => title);
  return { store, add, titles };
}

describe('due', () => {
  it('names each digest once, when its time has come', async () => {
    const { store, add } = setUp();
    await add('summit', NOW + HOUR, 'a');
    await add('summit', NOW + HOUR, 'b');
    await add('storms', NOW + HOUR, 'c');
    await add('summit', NOW + 2 * HOUR, 'd');
    expect(await store.due(NOW + HOUR - 1)).toEqual([]);
    expect(await store.due(NOW + HOUR)).toEqual([
      { topicId: 'storms', dueAt: iso(NOW + HOUR) },
      { topicId: 'summit', dueAt: iso(NOW + HOUR) },
    ]);
    expect(await store.due(NOW + 3 * HOUR)).toHaveLength(3);
  });

  it('names none that has been emptied', async () => {
    const { store, add } = setUp();
    await add('summit', NOW, 'a');
    const [waiting] = await store.entries('summit', iso(NOW));
    await store.remove('summit', [waiting?.key ?? '']);
    expect(await store.due(NOW)).toEqual([]);
  });
});

describe('entries', () => {
  it('are those of one digest, in order of their arrival', async () => {
    const { store, add, titles } = setUp();
    await add('summit', NOW + HOUR, 'late', NOW + 2);
    await add('summit', NOW + HOUR, 'early', NOW + 1, 'welcome');
    await add('summit', NOW + 2 * HOUR, 'next');
    await add('storms', NOW + HOUR, 'other');
    expect(await titles('summit', NOW + HOUR)).toEqual(['early', 'late']);
    expect(await titles('summit', NOW + 2 * HOUR)).toEqual(['next']);
    expect(await titles('summit', NOW + 3 * HOUR)).toEqual([]);
    const [first, second] = await store.entries('summit', iso(NOW + HOUR));
    expect(first).toMatchObject({ key: expect.any(String), kind: 'welcome', entry: entry('early') });
    expect(second?.kind).toBe('digest');
  });

  it('are added once for an alert and the time of its claim', async () => {
    const { add, titles } = setUp();
    await add('summit', NOW + HOUR, 'a');
    await add('summit', NOW + HOUR, 'a');
    expect(await titles('summit', NOW + HOUR)).toEqual(['a']);
  });

  it('are removed by their keys, again and again, and no other with them', async () => {
    const { store, add, titles } = setUp();
    await add('summit', NOW + HOUR, 'a', NOW);
    await add('summit', NOW + HOUR, 'b', NOW + 1);
    await add('storms', NOW + HOUR, 'a', NOW);
    const [first] = await store.entries('summit', iso(NOW + HOUR));
    for (let n = 0; n < 2; n++) await store.remove('summit', [first?.key ?? '']);
    await store.remove('summit', []);
    expect(await titles('summit', NOW + HOUR)).toEqual(['b']);
    expect(await titles('storms', NOW + HOUR)).toEqual(['a']);
  });
});
