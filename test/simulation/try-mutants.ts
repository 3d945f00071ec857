import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { mutantOf } from './apply-mutant.ts';
import { knownSeeds, saveKnownSeeds } from './known-seeds.ts';
import { MUTANTS } from './mutants.ts';
import { runSeeds, type SeedResult, seedsFrom } from './run-seeds.ts';
import { Tally } from './tally.ts';

/** Each mutant must break at least one of this many seeds. */
const MAX_SEEDS = 100;

export interface TryOptions {
  /** The first seed of a search. */
  readonly from: number;
  /** Whether to run all seeds of each mutant, and not only until one breaks. */
  readonly all: boolean;
  /** Whether to record the seeds that a search finds. */
  readonly record: boolean;
  readonly signal: AbortSignal;
}

/**
 * Runs each mutant with the seed that is known to catch it, and those without such a seed with all seeds, until one breaks.
 * Prints what caught each. Returns the names of mutants that break no seed.
 */
export async function tryMutants({ from, all, record, signal }: TryOptions): Promise<string[]> {
  const known = knownSeeds();
  const uncaught = new Set(Object.keys(MUTANTS));
  const catches = (name: string, seed: number) =>
    run(name, { seeds: [seed], workers: 1, signal }, ({ broken }) => {
      if (broken.length === 0) return;
      uncaught.delete(name);
      report(name, `seed ${seed}`);
    });
  if (!all) {
    const limit = pLimit(availableParallelism());
    const runs = [...uncaught].map((name) => known[name] !== undefined && limit(catches, name, known[name]));
    await Promise.all(runs);
  }
  for (const name of [...uncaught]) {
    const { within = MAX_SEEDS } = mutantOf(name);
    const tally = new Tally();
    await run(name, { seeds: seedsFrom(from, within), signal }, (result) => {
      tally.add(result);
      return !all && tally.broken.length > 0;
    });
    if (signal.aborted) return [];
    report(name, `${tally.broken.length} of ${tally.seeds}`);
    const [shortest] = tally.broken.toSorted((a, b) => a.events - b.events);
    if (!shortest) continue;
    uncaught.delete(name);
    known[name] = shortest.seed;
  }
  if (record) saveKnownSeeds(known);
  return [...uncaught];
}

function run(
  mutant: string,
  options: { readonly seeds: Iterable<number>; readonly workers?: number; readonly signal: AbortSignal },
  onResult: (result: SeedResult) => boolean | undefined,
): Promise<void> {
  const { theme } = mutantOf(mutant);
  return runSeeds({ ...options, mutant, ...(theme ? { theme } : {}), onResult });
}

function report(name: string, caughtBy: string): void {
  process.stdout.write(`${caughtBy.padStart(10)}  ${name}: ${mutantOf(name).rule}\n`);
}
