import { expect, it } from 'vitest';
import { sized } from '../../helpers/size.ts';
import { fuzz } from './fuzz.ts';

const TEXTS = sized(2_000, 20_000);

it(`${TEXTS} texts are queries that can be printed and read again, or have a fault with its place`, () => {
  const { failures, taken, refused, slowestMs } = fuzz(1, TEXTS);
  expect(failures).toEqual([]);
  expect(taken).toBeGreaterThan(TEXTS / 4);
  expect(refused).toBeGreaterThan(TEXTS / 4);
  expect(slowestMs).toBeLessThan(1_000);
}, 120_000);
