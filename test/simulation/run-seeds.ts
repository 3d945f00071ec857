import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Theme } from './fault-plan.ts';
import type { RunOutcome } from './simulate.ts';

export type SeedResult = Omit<RunOutcome, 'trace'>;

export interface RunOptions {
  /** The seeds to run, in this order. */
  readonly seeds: Iterable<number>;
  /** The mutant to apply. */
  readonly mutant?: string;
  /** The theme of all runs. By default, each seed draws its own. */
  readonly theme?: Theme;
  readonly workers?: number;
  /** Called with the result of each seed. Returning `true` ends the whole run. */
  readonly onResult: (result: SeedResult) => boolean | undefined;
  readonly signal?: AbortSignal;
}

/** Runs seeds in worker threads, each thread one seed at a time. Resolves when all seeds are done or the run was ended. */
export async function runSeeds({
  seeds,
  mutant,
  theme,
  onResult,
  signal,
  ...options
}: RunOptions): Promise<void> {
  const waiting = seeds[Symbol.iterator]();
  let ended = signal?.aborted === true;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: { mutant, theme },
        execArgv: ['--no-warnings'],
      });
      const next = () => {
        const { value, done } = ended ? { value: undefined, done: true } : waiting.next();
        // A thread that is terminated from outside while it runs or loads can crash the process, so each ends itself.
        worker.postMessage(done ? null : value);
      };
      worker.on('message', (result: SeedResult) => {
        if (!ended && onResult(result) === true) ended = true;
        next();
      });
      worker.once('error', (error) => {
        ended = true;
        reject(error);
      });
      worker.once('exit', () => resolve());
      next();
    });
  signal?.addEventListener('abort', () => {
    ended = true;
  });
  const count = options.workers ?? availableParallelism();
  const outcomes = await Promise.allSettled(Array.from({ length: count }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

export function* seedsFrom(first: number, count = Number.POSITIVE_INFINITY): Generator<number> {
  for (let n = 0; n < count; n++) yield first + n;
}
