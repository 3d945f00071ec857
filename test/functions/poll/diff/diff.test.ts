import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { diff } from '../../../../functions/poll/diff/diff.ts';
import { identify, newItemId } from '../../../../functions/poll/diff/identity.ts';
import { pack, type SeenEntry, unpack } from '../../../../functions/poll/diff/seen-set.ts';
import type { Entry } from '../../../../functions/poll/parser/parse.ts';

const DAY = '2026-03-02T';
/** Returns the n-th article of a well-made feed. */
const article = (n: number, fields: Partial<Entry> = {}): Entry => ({
  guid: `guid-${n}`,
  url: `https://herald.test/${n}`,
  title: `Title ${n}`,
  summary: `Summary ${n}`,
  content: '',
  published: `${DAY}${String(10 + (n % 10)).padStart(2, '0')}:00:00.000Z`,
  authors: [],
  categories: [],
  ...fields,
});
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => article(from + n));

/** Returns a feed whose seen set is packed and unpacked between polls, as in the store. */
function feed(id = 'herald') {
  let seen: SeenEntry[] = [];
  return {
    /** Polls a document, and returns its changes as "new Title 1", "edited Title 2". */
    poll(...entries: Entry[]): string[] {
      const { changes, next } = diff(seen, identify(entries), (entry, urlIdentifies) =>
        newItemId(id, entry, urlIdentifies),
      );
      seen = unpack(pack(next));
      expect(seen).toEqual(next);
      ids.push(...changes.map((change) => change.id));
      return changes.map(({ change, entry }) => `${change} ${entry.entry.title}`);
    },
    size: () => seen.length,
  };
}
let ids: string[] = [];

describe('diff', () => {
  it('finds the whole first document new, in order, and nothing the second time', () => {
    const { poll } = feed();
    expect(poll(...range(1, 3))).toEqual(['new Title 1', 'new Title 2', 'new Title 3']);
    expect(poll(...range(1, 3))).toEqual([]);
  });

  it('finds new entries among known ones', () => {
    const { poll } = feed();
    poll(...range(1, 3));
    expect(poll(article(5), ...range(1, 2), article(4))).toEqual(['new Title 5', 'new Title 4']);
  });

  it('finds an edit once, under the same id', () => {
    const { poll } = feed();
    ids = [];
    poll(...range(1, 2));
    expect(poll(article(1), article(2, { summary: 'Edited' }))).toEqual(['edited Title 2']);
    expect(poll(article(1), article(2, { summary: 'Edited' }))).toEqual([]);
    expect(poll(article(1), article(2))).toEqual(['edited Title 2']);
    expect(ids[2]).toBe(ids[1]);
    expect(ids[3]).toBe(ids[1]);
  });

  it.each<[string, (one: Entry, n: number) => Entry]>([
    ['reordered', (one) => one],
    ['re-guided', (one, n) => ({ ...one, guid: `other-${n}` })],
    ['given guids', (one, n) => ({ ...one, guid: `late-${n}` })],
    ['given new addresses', (one, n) => ({ ...one, url: `https://new.herald.test/${n}` })],
    [
      'moved to https with tracking',
      (one, n) => ({ ...one, url: `http://herald.test/${n}/?utm_source=x#a` }),
    ],
    ['re-dated', (one) => ({ ...one, published: '2026-03-03T10:00:00.000Z' })],
    ['stripped of its dates', ({ published: _published, ...one }) => one],
    ['stripped of its guids', ({ guid: _guid, ...one }) => one],
    [
      're-guided and re-dated',
      (one, n) => ({ ...one, guid: `other-${n}`, published: '2026-03-03T10:00:00.000Z' }),
    ],
    [
      're-guided and moved',
      (one, n) => ({ ...one, guid: `other-${n}`, url: `https://new.herald.test/${n}` }),
    ],
  ])('finds nothing in a feed that was %s', (_name, change) => {
    const { poll } = feed();
    poll(...range(1, 20));
    const changed = range(1, 20).map((one, n) => change(one, n + 1));
    expect(poll(...changed.toReversed())).toEqual([]);
    expect(poll(...changed)).toEqual([]);
    expect(poll(article(21), ...changed)).toEqual(['new Title 21']);
  });

  it('recognises an edit by its guid, by its title and date, and by its address', () => {
    const { poll } = feed();
    poll(article(1), article(2), article(3, { guid: 'https://herald.test/3#0' }));
    expect(
      poll(
        article(1, { url: 'https://herald.test/1-better', title: 'Better 1' }),
        article(2, { guid: 'other-2', url: 'https://herald.test/2-better', summary: 'Better' }),
        article(3, { guid: 'https://herald.test/3#1', title: 'Better 3', published: `${DAY}20:00:00.000Z` }),
      ),
    ).toEqual(['edited Better 1', 'edited Title 2', 'edited Better 3']);
  });

  it('tells items with the same address apart, together or one after another', () => {
    const live = (n: number) => article(n, { url: 'https://herald.test/live' });
    const { poll } = feed();
    ids = [];
    expect(poll(live(1))).toEqual(['new Title 1']);
    expect(poll(live(2))).toEqual(['new Title 2']);
    expect(poll(live(4), live(3), live(2))).toEqual(['new Title 4', 'new Title 3']);
    expect(poll(live(5))).toEqual(['new Title 5']);
    expect(poll(live(5), live(4), live(3), live(2), live(1))).toEqual([]);
    expect(new Set(ids).size).toBe(5);
  });

  it('assigns an address that several items had to the last one', () => {
    const live = (n: number) => article(n, { url: 'https://herald.test/live' });
    const { poll } = feed();
    ids = [];
    poll(live(1));
    poll(live(2));
    const { guid: _guid, ...withoutGuid } = live(2);
    expect(poll({ ...withoutGuid, title: 'Edited' })).toEqual(['edited Edited']);
    expect(ids[2]).toBe(ids[1]);
  });

  it('remembers former identifiers of an item', () => {
    const { poll } = feed();
    poll(article(1));
    const { guid: _guid, ...withoutGuid } = article(1);
    expect(poll(withoutGuid)).toEqual([]);
    expect(poll(article(1, { url: 'https://herald.test/moved', title: 'Edited' }))).toEqual([
      'edited Edited',
    ]);
  });

  it('tells items with the same guid apart', () => {
    const { poll } = feed();
    const all = range(1, 3).map((one) => ({ ...one, guid: '0' }));
    expect(poll(...all)).toHaveLength(3);
    expect(poll(article(4, { guid: '0' }), ...all)).toEqual(['new Title 4']);
    expect(poll(...all)).toEqual([]);
  });

  it('tells an item apart from one that takes over its first address', () => {
    const { poll } = feed();
    ids = [];
    poll(article(1, { url: 'https://herald.test/today' }));
    expect(poll(article(1, { url: 'https://herald.test/archive/1' }))).toEqual([]);
    const both = [
      article(2, { url: 'https://herald.test/today' }),
      article(1, { url: 'https://herald.test/archive/1' }),
    ];
    expect(poll(...both)).toEqual(['new Title 2']);
    expect(poll(...both)).toEqual([]);
    expect(new Set(ids).size).toBe(2);
  });

  it('treats a repeated entry of a document as one, before and after', () => {
    const { poll } = feed();
    ids = [];
    expect(poll(article(1), article(2), article(1))).toEqual(['new Title 1', 'new Title 2']);
    expect(poll(article(1), article(2))).toEqual([]);
    expect(poll(article(2), article(1), article(2), article(3), article(1))).toEqual(['new Title 3']);
    expect(poll(article(1, { summary: 'Edited' }), article(1, { summary: 'Edited' }))).toEqual([
      'edited Title 1',
    ]);
    expect(ids[3]).toBe(ids[0]);
  });

  it('treats two entries with different identifiers of one item as one', () => {
    const { poll } = feed();
    poll(article(1));
    const { guid: _guid, ...byAddress } = article(1, { title: 'Other', summary: 'words' });
    const { url: _url, ...byGuid } = article(1);
    expect(poll(byGuid, byAddress)).toEqual([]);
  });

  it.each<[string, (n: number) => Entry]>([
    ['only a title', (n) => bare({ title: `Title ${n}` })],
    ['only a title and a date', (n) => bare({ title: `Title ${n}`, published: `${DAY}10:00:00.000Z` })],
    [
      'a guid and an address that all share',
      (n) => bare({ title: `Title ${n}`, guid: '0', url: 'https://herald.test/' }),
    ],
    [
      'the same title and date, and different texts',
      (n) => bare({ title: 'Title', published: `${DAY}10:00:00.000Z`, summary: `${n}` }),
    ],
  ])('recognises items that have %s', (_name, make) => {
    const { poll } = feed();
    const [first, second, third] = [make(1), make(2), make(3)];
    expect(poll(first, second)).toHaveLength(2);
    expect(poll(second, first)).toEqual([]);
    expect(poll(third, second, first)).toEqual([`new ${third.title}`]);
    expect(poll(third, second, first)).toEqual([]);
  });
});

function bare(fields: Partial<Entry>): Entry {
  return { title: '', summary: '', content: '', authors: [], categories: [], ...fields };
}

describe('entries that have left the feed', () => {
  it('are remembered: 56, or as many as the feed shows', () => {
    const { poll, size } = feed();
    for (let n = 1; n <= 100; n++) poll(article(n));
    expect(size()).toBe(57);
    expect(poll(article(100), ...range(44, 48))).toEqual([]);
    expect(poll(article(100), article(20))).toEqual(['new Title 20']);
  });

  it('are recognised when they come back', () => {
    const { poll } = feed();
    poll(...range(1, 30));
    for (let n = 31; n <= 60; n++) poll(...range(n - 29, n));
    expect(poll(...range(1, 30))).toEqual([]);
    expect(poll(...range(1, 29), article(30, { summary: 'Edited' }))).toEqual(['edited Title 30']);
  });

  it.each([0, 1, 5])('are all remembered while the feed shows only %d for a while', (shown) => {
    const { poll } = feed();
    poll(...range(1, 300));
    for (let n = 0; n < 5; n++) poll(...range(1, shown));
    expect(poll(...range(1, 300))).toEqual([]);
  });

  it('take at most the room of the longest document', () => {
    const { poll, size } = feed();
    for (let n = 0; n < 5; n++) poll(...range(n * 200 + 1, n * 200 + 200));
    expect(size()).toBe(400);
    for (let n = 0; n < 5; n++) poll(...range(n * 7 + 2_000, n * 7 + 2_006));
    expect(size()).toBe(400);
  });
});

describe('pack and unpack', () => {
  const hash = (text: string, digits: number) =>
    createHash('sha256').update(text).digest('hex').slice(0, digits);
  const entries = Array.from({ length: 1_000 }, (_, n): SeenEntry => {
    return {
      id: hash(`id${n}`, 16),
      textHash: n % 7 === 0 ? '' : hash(`text${n}`, 12),
      fingerprint: {
        ...(n % 2 === 0 ? { guid: hash(`guid${n}`, 12) } : {}),
        ...(n % 3 === 0 ? { url: hash(`url${n}`, 12) } : {}),
        ...(n % 5 === 0 ? { title: hash(`title${n}`, 6) } : {}),
        ...(n % 10 === 0 ? { date: hash(`date${n}`, 6) } : {}),
      },
    };
  });

  it('keep 1,000 entries in 32 bytes each', () => {
    const packed = pack(entries);
    expect(packed).toHaveLength(32_000);
    expect(unpack(packed)).toEqual(entries);
    expect(unpack(new Uint8Array(packed))).toEqual(entries);
  });

  it('keep an empty set', () => {
    expect(unpack(pack([]))).toEqual([]);
  });

  it('drop an incomplete entry', () => {
    expect(unpack(pack(entries.slice(0, 2)).subarray(0, 63))).toEqual(entries.slice(0, 1));
  });
});

it('hashes of a feed of 1,000 entries do not collide, nor do ids of 5,000 items', () => {
  const entries = identify(range(1, 5_000));
  const hashes = entries
    .slice(0, 1_000)
    .map(({ fingerprint: { guid, url, title, date } }) => [guid, url, `${title}${date}`]);
  for (const kind of [0, 1, 2]) expect(new Set(hashes.map((all) => all[kind])).size).toBe(1_000);
  expect(new Set(entries.map((entry) => newItemId('herald', entry, true))).size).toBe(5_000);
});
