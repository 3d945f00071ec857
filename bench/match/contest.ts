import { CONTENDERS, type ContenderName, type Match } from './contenders.ts';
import { processorMicroseconds, timed } from './processor-time.ts';
import type { BenchItem, BenchTopic } from './workload.ts';

export interface Contest {
  /** Microseconds per item in each round, by contender. */
  readonly times: Readonly<Record<ContenderName, readonly number[]>>;
  readonly hitsPerItem: number;
}

/** Minimum time of a contender per round, in microseconds. */
const ROUND_MICROSECONDS = 150_000;
/** Each contender is timed with the items that it completes in this time, but at least MIN_ITEMS. */
const WARM_UP_MICROSECONDS = 600_000;
const MIN_ITEMS = 3;

/** Compiles the topics for every contender, and times the contenders in turn on the same items. */
export function contest(
  topics: readonly BenchTopic[],
  itemSets: readonly (readonly BenchItem[])[],
  rounds: number,
): Contest[] {
  const matches = Object.entries(CONTENDERS).map(([name, compile]) => ({
    name: name as ContenderName,
    match: compile(topics),
  }));
  return itemSets.map((items) => {
    const runs = matches.map(({ name, match }) => {
      const hits = warmUp(match, items);
      return { name, match, hits, sample: items.slice(0, hits.length) };
    });
    const [first, ...others] = runs;
    for (const { name, hits } of others) assertSameHits(name, hits, first?.hits ?? []);
    const times: Record<ContenderName, number[]> = { ours: [], ahoCorasick: [], includes: [] };
    for (let round = -1; round < rounds; round++) {
      for (const { name, match, sample } of runs) {
        const time = timePasses(match, sample);
        if (round >= 0) times[name].push(time);
      }
    }
    const found = first?.hits.reduce((sum, hits) => sum + hits.length, 0) ?? 0;
    return { times, hitsPerItem: found / (first?.sample.length ?? 1) };
  });
}

/** Matches all items repeatedly until the time is long enough to measure. Returns microseconds per item. */
function timePasses(match: Match, items: readonly BenchItem[]): number {
  let spent = 0;
  let count = 0;
  do {
    spent += timed(items, match);
    count++;
  } while (spent * items.length < ROUND_MICROSECONDS);
  return spent / count;
}

/** Returns the topics that the items match, for as many items as time allows. */
function warmUp(match: Match, items: readonly BenchItem[]): readonly (readonly number[])[] {
  const hits: (readonly number[])[] = [];
  const end = processorMicroseconds() + WARM_UP_MICROSECONDS;
  for (const item of items) {
    hits.push(match(item).toSorted((a, b) => a - b));
    if (hits.length >= MIN_ITEMS && processorMicroseconds() > end) break;
  }
  return hits;
}

/** Throws if two contenders find different topics for an item that both have matched. */
export function assertSameHits(
  name: string,
  found: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): void {
  found.slice(0, expected.length).forEach((ids, n) => {
    const wanted = expected[n] ?? [];
    if (ids.join() !== wanted.join())
      throw new Error(`item ${n}: expected topics ${wanted.join()}, ${name} got ${ids.join()}`);
  });
}
