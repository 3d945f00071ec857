import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Style } from './query-texts.ts';

const SCRIPT = join(import.meta.dirname, 'feature-once.ts');

interface FeatureTime {
  readonly words: number;
  readonly microseconds: number;
  readonly hits: number;
}

/** By style for each round what an item of 60 and one of 400 words take. Every style in turn, in every round. */
export function featureTimes(
  styles: readonly Style[],
  options: {
    readonly seed: number;
    readonly topics: number;
    readonly items: number;
    /** Microseconds. */
    readonly warmUp: number;
  },
  rounds: number,
): ReadonlyMap<Style, readonly (readonly FeatureTime[])[]> {
  const all = new Map(styles.map((style) => [style, [] as FeatureTime[][]]));
  for (let round = 0; round < rounds; round++) {
    for (const [style, taken] of all) {
      const { seed, topics, items, warmUp } = options;
      const args = [SCRIPT, style, seed, topics, items, warmUp].map(String);
      taken.push(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
    }
  }
  return all;
}
