import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WordCounts } from '../../../functions/shared/word-counts.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

const countsOf = (...items: readonly (readonly string[])[]) => {
  const counts = new WordCounts();
  for (const words of items) counts.add(words);
  return counts;
};

/** Returns items of invented words, a few of them common, and how many items have each word. */
function stream(items: number, vocabulary: number, seed: number) {
  const random = seededRandom(seed);
  const truth = new Map<string, number>();
  const all = Array.from({ length: items }, () => {
    const words = new Set(
      Array.from({ length: 40 }, () => `word${Math.floor(vocabulary ** random.fraction()) - 1}`),
    );
    for (const word of words) truth.set(word, (truth.get(word) ?? 0) + 1);
    return [...words];
  });
  return { all, truth };
}

describe('WordCounts', () => {
  it('counts the items with a word', () => {
    const counts = countsOf(['ferry', 'strike'], ['ferry', 'мост'], ['渡轮', '罢工']);
    expect(counts.items).toBe(3);
    expect(['ferry', 'strike', 'мост', '渡轮', 'herring', ''].map((word) => counts.of(word))).toEqual([
      2, 1, 1, 1, 0, 0,
    ]);
  });

  it('counts an item without words', () => {
    expect(countsOf([], []).items).toBe(2);
  });

  it('is never below the true count, and mostly at most two above it', () => {
    const { all, truth } = stream(2_000, 8_000, 1);
    const counts = countsOf(...all);
    expect(truth.size).toBeGreaterThan(4_000);
    const over = [...truth].map(([word, count]) => counts.of(word) - count);
    expect(Math.min(...over)).toBe(0);
    expect(over.filter((error) => error > 2).length / over.length).toBeLessThan(0.5);
  });

  it('reads a word that was never counted as about ten items of a full stream', () => {
    const random = seededRandom(2);
    const counts = new WordCounts();
    for (let n = 0; n < 4_000; n++) {
      counts.add(new Set(Array.from({ length: 60 }, () => `word${Math.floor(40_000 ** random.fraction())}`)));
    }
    const unseen = Array.from({ length: 1_000 }, (_, n) => counts.of(`unseen${n}`)).sort((a, b) => a - b);
    expect(unseen[500]).toBeLessThanOrEqual(15);
  });

  it('never exceeds the number of items for words without a collision', () => {
    const counts = countsOf(...Array.from({ length: 500 }, () => ['ferry', 'strike']));
    expect(counts.of('ferry')).toBe(500);
  });
});

describe('merge', () => {
  it('gives the same result as counting everything in one sketch', () => {
    const { all } = stream(600, 3_000, 3);
    const merged = countsOf(...all.slice(0, 200));
    merged.merge(countsOf(...all.slice(200)));
    const whole = countsOf(...all);
    expect(merged.items).toBe(600);
    expect(merged.pack()).toEqual(whole.pack());
  });

  it('does not change the other sketch', () => {
    const [one, other] = [countsOf(['ferry']), countsOf(['ferry'], ['strike'])];
    one.merge(other);
    one.add(['ferry']);
    expect([other.items, other.of('ferry'), other.of('strike')]).toEqual([2, 1, 1]);
  });

  it('halves all counts beyond 4,000 items, so old news fades', () => {
    const counts = countsOf(...Array.from({ length: 4_000 }, () => ['ferry']));
    counts.merge(countsOf());
    expect([counts.items, counts.of('ferry')]).toEqual([4_000, 4_000]);
    counts.merge(countsOf(['strike']));
    expect([counts.items, counts.of('ferry'), counts.of('strike')]).toEqual([2_000, 2_000, 0]);
  });

  it('forgets a word that is no longer in the news, and stays within its bounds', () => {
    const counts = countsOf(...Array.from({ length: 1_000 }, () => ['ferry']));
    for (let day = 0; day < 60; day++) {
      counts.merge(countsOf(...Array.from({ length: 500 }, () => ['herring'])));
      expect(counts.items).toBeLessThanOrEqual(4_000);
      expect(counts.of('herring')).toBeLessThanOrEqual(counts.items);
    }
    expect(counts.of('ferry')).toBe(0);
    expect(counts.of('herring')).toBeGreaterThan(counts.items - 10);
  });

  it('halves as often as necessary for very many items, and no count overflows', () => {
    const counts = new WordCounts();
    counts.merge(countsOf(...Array.from({ length: 60_000 }, () => ['ferry'])));
    expect(counts.items).toBeLessThanOrEqual(4_000);
    expect(Math.abs(counts.of('ferry') - counts.items)).toBeLessThanOrEqual(1);
  });
});

describe('pack and unpack', () => {
  it('preserve all counts', () => {
    const { all, truth } = stream(1_500, 6_000, 4);
    const counts = countsOf(...all);
    const unpacked = WordCounts.unpack(counts.pack());
    expect(unpacked.items).toBe(counts.items);
    for (const word of truth.keys()) expect(unpacked.of(word)).toBe(counts.of(word));
    expect(unpacked.pack()).toEqual(counts.pack());
  });

  it('preserve an empty sketch', () => {
    const unpacked = WordCounts.unpack(new WordCounts().pack());
    expect([unpacked.items, unpacked.of('ferry')]).toEqual([0, 0]);
  });

  it('return a sketch that can be extended', () => {
    const unpacked = WordCounts.unpack(countsOf(['ferry']).pack());
    unpacked.add(['ferry']);
    unpacked.merge(countsOf(['ferry']));
    expect([unpacked.items, unpacked.of('ferry')]).toEqual([3, 3]);
  });

  it('take about 8 KB for a full stream', () => {
    const { counts } = countsOf(...stream(4_000, 20_000, 5).all).pack();
    expect(counts.byteLength).toBeLessThan(12_000);
  });

  it.each([
    ['bytes that were not packed', Buffer.from('ferry')],
    ['no bytes', new Uint8Array()],
    ['counts of another size', deflateRawSync(new Uint8Array(100))],
    ['counts of an odd size', deflateRawSync(new Uint8Array(101))],
  ])('throw for %s', (_, counts) => {
    expect(() => WordCounts.unpack({ items: 1, counts })).toThrow();
  });
});
