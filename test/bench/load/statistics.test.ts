import { expect, it } from 'vitest';
import { percentile, slope } from '../../../bench/load/statistics.ts';

it('percentile returns one of the values', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([1, 3, 5, 5]);
  expect(percentile([1, Number.POSITIVE_INFINITY], 0.95)).toBe(Number.POSITIVE_INFINITY);
  expect(percentile([], 0.5)).toBeNaN();
});

it('slope fits a line through scattered points', () => {
  const points = [0, 1, 2, 3].map((x) => ({
    x,
    y: 100 + 2 * x + (x % 2 === 0 ? 1 : -1) * (x < 2 ? 0.5 : -0.5),
  }));
  expect(slope(points)).toBeCloseTo(2, 1);
  expect(slope([])).toBe(0);
  expect(slope([{ x: 1, y: 3 }])).toBe(0);
});
