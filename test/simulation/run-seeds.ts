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
  let ended = false;
  const workers: Worker[] = [];
  const end = () => {
    ended = true;
    return Promise.all(workers.map((worker) => worker.terminate()));
  };
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: { mutant, theme },
        execArgv: ['--no-warnings'],
      });
      workers.push(worker);
      const next = () => {
        const { value, done } = waiting.next();
        if (ended || done) void worker.terminate();
        else worker.postMessage(value);
      };
      worker.on('message', (result: SeedResult) => {
        if (ended) return;
        if (onResult(result) === true) void end();
        else next();
      });
      worker.once('error', reject);
      worker.once('exit', () => resolve());
      next();
    });
  signal?.addEventListener('abort', () => void end(), { once: true });
  try {
    const count = options.workers ?? availableParallelism();
    await Promise.all(Array.from({ length: count }, work));
  } finally {
    await end();
  }
}

export function* seedsFrom(first: number, count = Number.POSITIVE_INFINITY): Generator<number> {
  for (let n = 0; n < count; n++) yield first + n;
}
