import { type SeededRandom, seededRandom } from '../helpers/seeded-random.ts';
import type { Seeds } from './seeds.ts';

/** A part of the product that reads untrusted input. */
export interface FuzzTarget {
  /** Share of all inputs, in percent. */
  readonly share: number;
  make(random: SeededRandom, seeds: Seeds): Buffer;
  /**
   * Returns a description of the fault, or undefined. The result depends only on the bytes. Anything thrown is a fault, too.
   */
  check(input: Buffer): Promise<string | undefined>;
}

export const NOW = Date.parse('2026-03-01T09:30:00.000Z');

/** Returns a random generator that depends only on the bytes. */
export function randomOf(input: Buffer): SeededRandom {
  let sum = input.length;
  for (let at = 0; at < Math.min(input.length, 1_000); at++) sum = Math.imul(sum, 31) + (input[at] ?? 0);
  return seededRandom(sum);
}
