import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Style } from './query-texts.ts';

const SCRIPT = join(import.meta.dirname, 'feature-once.ts');

interface FeatureTime {
  readonly words: number;
  readonly microseconds: number;
  readonly hits: number;
}

/** Returns the times of items of 60 and of 400 words, by style and round. Every round measures every style in turn. */
export function featureTimes(
  styles: readonly Style[],
  options: {
    readonly seed: number;
    readonly topics: number;
    readonly items: number;
    /** In microseconds. */
    readonly warmUp: number;
  },
  rounds: number,
): ReadonlyMap<Style, readonly (readonly FeatureTime[])[]> {
  const all = new Map(styles.map((style) => [style, [] as FeatureTime[][]]));
  for (let round = 0; round < rounds; round++) {
    for (const [style, times] of all) {
      const { seed, topics, items, warmUp } = options;
      const args = [SCRIPT, style, seed, topics, items, warmUp].map(String);
      times.push(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })));
    }
  }
  return all;
}
