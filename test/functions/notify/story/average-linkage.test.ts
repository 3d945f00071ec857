import { describe, expect, it } from 'vitest';
import { averageLinkage } from '../../../../functions/notify/story/average-linkage.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

type Likeness = Map<number, number>[];

const likenessOf = (size: number, pairs: readonly (readonly [number, number, number])[]): Likeness => {
  const likeness: Likeness = Array.from({ length: size }, () => new Map());
  for (const [a, b, value] of pairs) {
    likeness[a]?.set(b, value);
    likeness[b]?.set(a, value);
  }
  return likeness;
};

/** The definition: merges the two most similar clusters again and again. */
function slowly(likeness: Likeness, least: number): number[] {
  let clusters = likeness.map((_, n) => [n]);
  const average = (a: number[], b: number[]) =>
    a.flatMap((m) => b.map((n) => likeness[m]?.get(n) ?? 0)).reduce((sum, one) => sum + one, 0) /
    (a.length * b.length);
  for (;;) {
    let best: { pair: [number[], number[]]; mean: number } | undefined;
    for (const [n, b] of clusters.entries()) {
      for (const a of clusters.slice(0, n)) {
        const mean = average(a, b);
        if (mean >= least && mean > (best?.mean ?? Number.NEGATIVE_INFINITY)) best = { pair: [a, b], mean };
      }
    }
    if (!best) break;
    const { pair } = best;
    clusters = [...clusters.filter((one) => !pair.includes(one)), pair.flat()];
  }
  return likeness.map((_, n) => Math.min(...(clusters.find((one) => one.includes(n)) ?? [])));
}

describe('averageLinkage', () => {
  it('merges what is similar on average', () => {
    const likeness = likenessOf(4, [
      [0, 1, 0.9],
      [1, 2, 0.5],
      [2, 3, 0.8],
    ]);
    expect(averageLinkage(likeness, 0.3)).toEqual([0, 0, 2, 2]);
    expect(averageLinkage(likeness, 0.1)).toEqual([0, 0, 0, 0]);
    expect(averageLinkage(likeness, 0.95)).toEqual([0, 1, 2, 3]);
  });

  it('keeps apart two members that must be, and everything merged with them', () => {
    const likeness = likenessOf(3, [
      [0, 1, 0.9],
      [1, 2, 0.8],
      [0, 2, Number.NEGATIVE_INFINITY],
    ]);
    expect(averageLinkage(likeness, 0.1)).toEqual([0, 0, 2]);
  });

  it('gives the same clusters as its definition', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed);
      const size = random.between(2, 13);
      const pairs: [number, number, number][] = [];
      for (let n = 0; n < size; n++) {
        for (let m = 0; m < n; m++)
          if (random.chance(0.5)) {
            pairs.push([m, n, random.chance(0.1) ? Number.NEGATIVE_INFINITY : random.fraction()]);
          }
      }
      expect(averageLinkage(likenessOf(size, pairs), 0.25)).toEqual(slowly(likenessOf(size, pairs), 0.25));
    }
  });
});
