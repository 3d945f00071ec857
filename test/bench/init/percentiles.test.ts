import { expect, it } from 'vitest';
import { formatFigures, percentilesOf, ratiosOf } from '../../../bench/init/percentiles.ts';

it('tells the median, and what a tenth is below and above', () => {
  const values = [5, 1, 9, 3, 7, 11, 2, 4, 6, 8, 10];
  expect(percentilesOf(values)).toEqual({ median: 6, low: 2, high: 10 });
  expect(formatFigures(percentilesOf(values), 1)).toBe('6.0 (2.0 to 10.0)');
});

it('compares each value with the one beside it', () => {
  expect(ratiosOf([2, 20, 3], [1, 10, 1])).toEqual({ median: 2, low: 2, high: 3 });
});
