import { describe, expect, it } from 'vitest';
import type { AlertEntry } from '../../../../functions/shared/model.ts';
import { digests, type ScheduledKind } from '../../../../functions/shared/store/digests.ts';
import { textHashOf } from '../../../../functions/shared/store/reported-item.ts';
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
  const add = (topicId: string, dueAt: number, id: string, claimedAt = NOW, kind: ScheduledKind = 'digest') =>
    store.add({ topicId, dueAt }, { id, claimedAt }, { kind, protocols: ['email', 'sms'], entry: entry(id) });
  const titles = async (topicId: string, dueAt: number) =>
    (await store.entries(topicId, iso(dueAt))).map(({ entry: { title } }) => title);
  return { store, add, titles };
}

describe('due', () => {
  it('returns each digest once, when its time has come', async () => {
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

  it('returns digests behind one with very many entries', async () => {
    const { store, add } = setUp();
    for (let n = 0; n < 2_500; n++) await add('flood', NOW, `entry-${n}`);
    await add('storms', NOW, 'a');
    await add('summit', NOW + 1, 'b');
    expect((await store.due(NOW + HOUR)).map(({ topicId }) => topicId)).toEqual([
      'flood',
      'storms',
      'summit',
    ]);
  });

  it('skips emptied digests', async () => {
    const { store, add } = setUp();
    await add('summit', NOW, 'a');
    await store.remove('summit', await store.entries('summit', iso(NOW)));
    expect(await store.due(NOW)).toEqual([]);
  });
});

describe('entries', () => {
  it('belong to one digest, in order of arrival', async () => {
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

  it('are added once for an alert and its claim time', async () => {
    const { add, titles } = setUp();
    await add('summit', NOW + HOUR, 'a');
    await add('summit', NOW + HOUR, 'a');
    expect(await titles('summit', NOW + HOUR)).toEqual(['a']);
  });

  it('are not added again once removed', async () => {
    const { store, add, titles } = setUp();
    await add('summit', NOW + HOUR, 'a');
    await store.remove('summit', await store.entries('summit', iso(NOW + HOUR)));
    await add('summit', NOW + HOUR, 'a');
    expect(await titles('summit', NOW + HOUR)).toEqual([]);
    expect(await store.due(NOW + HOUR)).toEqual([]);
    await add('summit', NOW + HOUR, 'a', NOW + 1);
    expect(await titles('summit', NOW + HOUR)).toEqual(['a']);
  });

  it('that are added again return the item of the entry that is or was there', async () => {
    const { store } = setUp();
    const addItem = (itemId: string) =>
      store.add(
        { topicId: 'summit', dueAt: NOW },
        { id: 'a', claimedAt: NOW },
        { kind: 'digest', protocols: ['email', 'sms'], entry: { ...entry('a'), itemId } },
      );
    const one = { itemId: 'one', title: 'a', textHash: textHashOf(entry('a')) };
    const waiting = { reported: one, entry: { ...entry('a'), itemId: 'one' } };
    expect(await addItem('one')).toEqual(waiting);
    expect(await addItem('other')).toEqual(waiting);
    await store.remove('summit', await store.entries('summit', iso(NOW)));
    expect(await addItem('other')).toEqual({ reported: one });
  });

  it('replace the one that waits, if asked to, but none that was sent', async () => {
    const { store } = setUp();
    const replaceBy = (title: string) =>
      store.add(
        { topicId: 'summit', dueAt: NOW },
        { id: 'a', claimedAt: NOW },
        { kind: 'daily', protocols: ['email'], entry: entry(title) },
        { replaces: true },
      );
    await replaceBy('one');
    expect((await replaceBy('other')).entry?.title).toBe('other');
    const waiting = await store.entries('summit', iso(NOW));
    expect(waiting.map(({ entry }) => entry.title)).toEqual(['other']);
    await store.remove('summit', waiting);
    expect((await replaceBy('one')).reported.itemId).toBe('other');
    expect(await store.entries('summit', iso(NOW))).toEqual([]);
  });

  it('leave a mark for thirty days after they were due', async () => {
    const table = memoryTable();
    const store = digests(table);
    await store.add(
      { topicId: 'summit', dueAt: NOW },
      { id: 'a', claimedAt: NOW - HOUR },
      { kind: 'digest', protocols: ['email', 'sms'], entry: entry('a') },
    );
    const waiting = await store.entries('summit', iso(NOW));
    await store.remove('summit', waiting);
    const sk = waiting[0]?.key ?? '';
    expect(await table.get({ pk: 'TOPIC#summit', sk })).toEqual({
      pk: 'TOPIC#summit',
      sk,
      itemId: 'a',
      title: 'a',
      textHash: textHashOf(entry('a')),
      expiresAt: NOW / 1000 + 30 * 86_400,
    });
  });

  it('can be removed by key repeatedly, without affecting others', async () => {
    const { store, add, titles } = setUp();
    await add('summit', NOW + HOUR, 'a', NOW);
    await add('summit', NOW + HOUR, 'b', NOW + 1);
    await add('storms', NOW + HOUR, 'a', NOW);
    const [first] = await store.entries('summit', iso(NOW + HOUR));
    for (let n = 0; n < 2; n++) await store.remove('summit', first ? [first] : []);
    await store.remove('summit', []);
    expect(await titles('summit', NOW + HOUR)).toEqual(['b']);
    expect(await titles('storms', NOW + HOUR)).toEqual(['a']);
  });
});

describe('byKeys', () => {
  it('returns the entries with these keys that still wait, from any digest of the topic', async () => {
    const { store, add } = setUp();
    await add('summit', NOW, 'a');
    await add('summit', NOW + HOUR, 'b', NOW, 'roundup');
    await add('summit', NOW + HOUR, 'c', NOW + 1);
    await add('summit', NOW + HOUR, 'd', NOW + 2);
    const [first] = await store.entries('summit', iso(NOW));
    const [second, third] = await store.entries('summit', iso(NOW + HOUR));
    if (!first || !second || !third) throw new Error('three entries wait');
    await store.remove('summit', [third]);
    const keys = [first.key, second.key, third.key, 'DIGEST#none'];
    expect(await store.byKeys('summit', keys)).toEqual([first, second]);
    expect(await store.byKeys('storms', keys)).toEqual([]);
    expect(await store.byKeys('summit', [])).toEqual([]);
  });
});

describe('entries of round-ups', () => {
  const keysOf = async ({ store }: ReturnType<typeof setUp>, topicId = 'summit') =>
    (await store.forRoundUps(topicId, NOW)).map(({ key }) => key);

  it('are found if they are due after a time, and no others', async () => {
    const { store, add } = setUp();
    await add('summit', NOW - HOUR, 'before', NOW - HOUR, 'roundup');
    await add('summit', NOW + HOUR, 'today', NOW, 'roundup');
    await add('summit', NOW + 25 * HOUR, 'tomorrow', NOW, 'roundup');
    await add('storms', NOW + HOUR, 'other topic', NOW, 'roundup');
    for (const kind of ['digest', 'welcome', 'follow-up'] as const) await add('summit', NOW, kind, NOW, kind);
    expect((await store.forRoundUps('summit', NOW)).map(({ entry: { title } }) => title)).toEqual([
      'today',
      'tomorrow',
    ]);
    expect(await store.forRoundUps('none', NOW)).toEqual([]);
  });

  it('are reserved for one message, repeatedly for the same one', async () => {
    const setup = setUp();
    const { store, add } = setup;
    await add('summit', NOW + HOUR, 'a', NOW, 'roundup');
    const [key = ''] = await keysOf(setup);
    expect(await store.reserve('summit', key, 'one')).toBe(true);
    expect(await store.reserve('summit', key, 'one')).toBe(true);
    expect(await store.reserve('summit', key, 'other')).toBe(false);
    expect(await store.forRoundUps('summit', NOW)).toMatchObject([
      { key, reservedBy: 'one', entry: entry('a') },
    ]);
    expect(await store.due(NOW + HOUR)).toHaveLength(1);
  });

  it('are reserved for one of many concurrent messages', async () => {
    const setup = setUp();
    const { store, add } = setup;
    await add('summit', NOW + HOUR, 'a', NOW, 'roundup');
    const [key = ''] = await keysOf(setup);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.reserve('summit', key, `message-${n}`)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect((await store.forRoundUps('summit', NOW))[0]?.reservedBy).toBe(`message-${results.indexOf(true)}`);
  });

  it('cannot be reserved once removed, and do not come back', async () => {
    const setup = setUp();
    const { store, add } = setup;
    await add('summit', NOW + HOUR, 'a', NOW, 'roundup');
    const waiting = await store.forRoundUps('summit', NOW);
    const key = waiting[0]?.key ?? '';
    await Promise.all([store.remove('summit', waiting), store.reserve('summit', key, 'one')]);
    expect(await store.reserve('summit', key, 'one')).toBe(false);
    expect(await store.forRoundUps('summit', NOW)).toEqual([]);
  });

  it('start without a reservation', async () => {
    const { store, add } = setUp();
    await add('summit', NOW + HOUR, 'a', NOW, 'roundup');
    expect((await store.entries('summit', iso(NOW + HOUR)))[0]).not.toHaveProperty('reservedBy');
  });

  it('are the only ones that can be reserved', async () => {
    const { store, add } = setUp();
    await add('summit', NOW + HOUR, 'a');
    const [waiting] = await store.entries('summit', iso(NOW + HOUR));
    expect(await store.reserve('summit', waiting?.key ?? '', 'one')).toBe(false);
  });

  // An attempt whose claim was taken over may continue: what it adds must not undo the reservation.
  it('that are added again keep their reservation', async () => {
    const setup = setUp();
    const { store, add } = setup;
    await add('summit', NOW + HOUR, 'a', NOW, 'roundup');
    const [key = ''] = await keysOf(setup);
    await store.reserve('summit', key, 'one');
    await add('summit', NOW + HOUR, 'a', NOW, 'roundup');
    expect(await store.reserve('summit', key, 'other')).toBe(false);
  });
});
