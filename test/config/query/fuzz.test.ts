import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

it('parses and prints 20,000 random texts, or refuses them with a located fault', () => {
  const { failures, taken, refused, slowestMs } = fuzz(1, 20_000);
  expect(failures).toEqual([]);
  expect(taken).toBeGreaterThan(5_000);
  expect(refused).toBeGreaterThan(5_000);
  expect(slowestMs).toBeLessThan(1_000);
}, 120_000);
