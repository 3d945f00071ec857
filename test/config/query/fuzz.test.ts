import { expect, it } from 'vitest';
import { sized } from '../../helpers/size.ts';
import { fuzz } from './fuzz.ts';

const TEXTS = sized(2_000, 20_000);

it(`parses and prints ${TEXTS} random texts, or refuses them with a located fault`, () => {
  const { failures, taken, refused, slowestMs } = fuzz(1, TEXTS);
  expect(failures).toEqual([]);
  expect(taken).toBeGreaterThan(TEXTS / 4);
  expect(refused).toBeGreaterThan(TEXTS / 4);
  expect(slowestMs).toBeLessThan(1_000);
}, 120_000);
