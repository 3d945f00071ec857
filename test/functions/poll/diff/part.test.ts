import { describe, expect, it } from 'vitest';
import { diff } from '../../../../functions/poll/diff/diff.ts';
import { identify, newItemId } from '../../../../functions/poll/diff/identity.ts';
import type { SeenEntry } from '../../../../functions/poll/diff/seen-set.ts';
import { pack, unpack } from '../../../../functions/poll/diff/seen-set.ts';
import { type Entry, entryOf } from '../../../../functions/poll/parser/feed-document.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');

function compare(seen: readonly SeenEntry[], entries: readonly Entry[], part?: { shown: number }) {
  const result = diff(
    seen,
    identify(entries),
    (entry, urlIdentifies) => newItemId('herald', entry, urlIdentifies),
    {
      now: NOW,
      lastActivityAt: NOW,
      ...(part ? { part } : {}),
    },
  );
  return { ...result, next: unpack(pack(result.next)) };
}

type Shape = (n: number) => Partial<Entry>;
const title = (n: number) => ({ title: `Report ${n}` });
const published = (n: number) => ({ published: new Date(NOW - n * 60_000).toISOString() });
const url = (n: number) => ({ url: `https://herald.test/${n}` });

/** What entries of feeds are known by. */
const SHAPES: readonly (readonly [string, Shape])[] = [
  ['guids and addresses', (n) => ({ guid: `g${n}`, ...url(n), ...title(n), ...published(n) })],
  ['guids that are their addresses', (n) => ({ guid: url(n).url, ...url(n), ...title(n) })],
  ['addresses', (n) => ({ ...url(n), ...title(n) })],
  ['guids at one address', (n) => ({ guid: `g${n}`, url: 'https://herald.test/', ...title(n) })],
  ['titles and dates at one address', (n) => ({ url: 'https://herald.test/', ...title(n), ...published(n) })],
  ['titles and dates', (n) => ({ ...title(n), ...published(n) })],
  ['titles', title],
  ['texts', () => ({})],
];

describe.each(SHAPES)('entries with %s', (_, shape) => {
  const entry = (n: number): Entry =>
    entryOf({ title: '', summary: `text ${n}`, content: '', authors: [], categories: [], ...shape(n) });
  const all = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => entry(from + n));

  it('in a part are new once, and known in the whole document', () => {
    const first = compare([], all(10, 30));
    const one = compare(first.next, [entry(9)], { shown: 20 });
    expect(one.changes).toHaveLength(1);
    const two = compare(one.next, [entry(8), entry(9), entry(15)], { shown: 21 });
    expect(two.changes.map(({ entry: { entry } }) => entry.summary)).toEqual(['text 8']);
    const whole = compare(two.next, all(8, 28));
    expect(whole.changes).toEqual([]);
    expect(whole.shown.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('are known in a part when the whole document had them', () => {
    const first = compare([], all(10, 30));
    expect(compare(first.next, all(12, 14), { shown: 20 }).changes).toEqual([]);
    expect(compare(first.next, all(10, 30), { shown: 20 }).changes).toEqual([]);
  });

  it('that the document shows are never forgotten, however many parts come before the next', () => {
    let seen = compare([], all(500, 530)).next;
    for (let n = 499; n >= 300; n--) seen = compare(seen, [entry(n)], { shown: 30 + 499 - n }).next;
    expect(seen.length).toBe(30 + 200);
    expect(compare(seen, all(470, 530)).changes).toEqual([]);
    expect(
      compare(compare(seen, all(300, 330)).next, [entry(299)], { shown: 30 }).next.length,
    ).toBeLessThanOrEqual(230);
  });
});
