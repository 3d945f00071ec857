import { type SeededRandom, seededRandom } from '../helpers/seeded-random.ts';
import type { Seeds } from './seeds.ts';

/** A part of the product that reads what strangers write. */
export interface FuzzTarget {
  /** Share of all inputs, percent. */
  readonly share: number;
  make(random: SeededRandom, seeds: Seeds): Buffer;
  /** Says what is wrong; the same for the same bytes. Whatever it throws is wrong, too. */
  check(input: Buffer): Promise<string | undefined>;
}

export const NOW = Date.parse('2026-03-01T09:30:00.000Z');

/** A generator that hangs on the bytes alone. */
export function randomOf(input: Buffer): SeededRandom {
  let sum = input.length;
  for (let at = 0; at < Math.min(input.length, 1_000); at++) sum = Math.imul(sum, 31) + (input[at] ?? 0);
  return seededRandom(sum);
}
