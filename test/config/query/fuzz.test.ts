import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

it('20,000 texts are queries that can be printed and read again, or have a fault with its place', () => {
  const { failures, taken, refused, slowestMs } = fuzz(1, 20_000);
  expect(failures).toEqual([]);
  expect(taken).toBeGreaterThan(5_000);
  expect(refused).toBeGreaterThan(5_000);
  expect(slowestMs).toBeLessThan(1_000);
}, 120_000);
