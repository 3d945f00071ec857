import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Report, Slowest, Work } from './worker.ts';

/** An input that takes longer counts as endless. This is generous because the machine may be busy. */
const TIMEOUT_MS = 30_000;
const SEEDS_PER_JOB = 250;
/** Maximum number of attempts to shrink an input. */
const MAX_ATTEMPTS = 150;

export interface Fault {
  readonly seed: number;
  readonly target: string;
  readonly what: string;
}

export interface FuzzOptions {
  readonly from: number;
  readonly runs: number;
  readonly jobs: number;
  /** Ends the work early. */
  readonly signal?: AbortSignal;
  progress(done: number, faults: readonly Fault[]): void;
}

export interface FuzzResult {
  readonly done: number;
  /** The first fault of each kind. */
  readonly faults: readonly Fault[];
  /** Number of all faults. */
  readonly count: number;
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly slowest: Slowest | undefined;
}

/** Returns the kind of a fault: its error and its place in the code, independent of the input. */
export function kindOf({ target, what }: Pick<Fault, 'target' | 'what'>): string {
  const [first = '', ...stack] = what.split('\n');
  const place = stack.find((line) => /\/(functions|config|local|cli)\//.test(line)) ?? '';
  return [target, place === '' ? first.replace(/[:"'“].*/s, '') : first.split(':')[0], place.trim()].join(
    ' ',
  );
}

/** Checks the inputs of consecutive seeds in worker processes. */
export async function fuzz({ from, runs, jobs, signal, progress }: FuzzOptions): Promise<FuzzResult> {
  const faults = new Map<string, Fault>();
  const cpuMs = new Map<string, number>();
  let [next, done, count] = [from, 0, 0];
  let slowest: Slowest | undefined;
  const add = (fault: Fault) => {
    count++;
    if (!faults.has(kindOf(fault))) faults.set(kindOf(fault), fault);
  };
  const work = async () => {
    let worker: Worker | undefined;
    while (next < from + runs && !signal?.aborted) {
      let [first, left] = [next, Math.min(SEEDS_PER_JOB, from + runs - next)];
      next += left;
      while (left > 0 && !signal?.aborted) {
        worker ??= new Worker();
        const ended = await worker.checkSeeds({ from: first, count: left }, add, signal);
        if (ended.kind === 'done') {
          done += left;
          left = 0;
          for (const [target, ms] of Object.entries(ended.cpuMs))
            cpuMs.set(target, (cpuMs.get(target) ?? 0) + ms);
          if (ended.slowest.cpuMs > (slowest?.cpuMs ?? 0)) slowest = ended.slowest;
        } else {
          worker = undefined;
          if (signal?.aborted) break;
          add(ended.fault);
          done += ended.fault.seed + 1 - first;
          left -= ended.fault.seed + 1 - first;
          first = ended.fault.seed + 1;
        }
        progress(done, [...faults.values()]);
      }
    }
    worker?.end();
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return { done, faults: [...faults.values()], count, cpuMs, slowest };
}

/** Removes parts of an input, and returns the smallest input found with the same kind of fault. */
export async function shrink(fault: Fault, input: Buffer, signal?: AbortSignal): Promise<Buffer> {
  const kind = kindOf(fault);
  let worker: Worker | undefined;
  let attempts = 0;
  const isSame = async (smaller: Buffer): Promise<boolean> => {
    attempts++;
    worker ??= new Worker();
    const what = await worker.checkInput({ target: fault.target, input: smaller.toString('base64') });
    if (worker.hasEnded) worker = undefined;
    return what !== undefined && kindOf({ target: fault.target, what }) === kind;
  };
  let smallest = input;
  for (let size = Math.ceil(smallest.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < smallest.length && attempts < MAX_ATTEMPTS && !signal?.aborted; ) {
      const smaller = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (await isSame(smaller)) smallest = smaller;
      else at += size;
    }
  }
  worker?.end();
  return smallest;
}

/** Checks one input in a worker process. Returns a description of the fault, or undefined. */
export async function checkInWorker(
  target: string,
  input: Buffer,
  timeoutMs = TIMEOUT_MS,
): Promise<string | undefined> {
  const worker = new Worker(timeoutMs);
  const what = await worker.checkInput({ target, input: input.toString('base64') });
  worker.end();
  return what;
}

type Ended = Extract<Report, { kind: 'done' }> | { readonly kind: 'died'; readonly fault: Fault };

class Worker {
  readonly #process: ChildProcess = fork(join(import.meta.dirname, 'worker.ts'), [], {
    // The process itself takes another 150 MB.
    execArgv: ['--max-old-space-size=450'],
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  });
  hasEnded = false;
  readonly #timeoutMs: number;

  constructor(timeoutMs = TIMEOUT_MS) {
    this.#timeoutMs = timeoutMs;
  }

  /** Ends the process. */
  end(): void {
    this.hasEnded = true;
    this.#process.kill('SIGKILL');
  }

  checkSeeds(
    work: Extract<Work, { from: number }>,
    add: (fault: Fault) => void,
    signal?: AbortSignal,
  ): Promise<Ended> {
    let current = { seed: work.from, target: '' };
    return this.#request<Ended>(
      work,
      (report) => {
        if (report.kind === 'started') current = report;
        if (report.kind === 'fault') add(report);
        return report.kind === 'done' ? report : undefined;
      },
      (what) => ({ kind: 'died', fault: { ...current, what } }),
      signal,
    );
  }

  checkInput(work: Extract<Work, { target: string }>): Promise<string | undefined> {
    return this.#request<{ what: string | undefined }>(
      work,
      (report) => (report.kind === 'checked' ? { what: report.what } : undefined),
      (what) => ({ what }),
    ).then(({ what }) => what);
  }

  #request<T>(
    work: Work,
    resultOf: (report: Report) => T | undefined,
    resultOfDeath: (what: string) => T,
    signal?: AbortSignal,
  ): Promise<T> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (result: T) => {
        clearTimeout(timer);
        this.#process.removeAllListeners();
        signal?.removeEventListener('abort', stop);
        resolve(result);
      };
      const stop = () => {
        this.end();
        settle(resultOfDeath('was interrupted'));
      };
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          this.end();
          settle(resultOfDeath(`did not end in ${this.#timeoutMs / 1000} s`));
        }, this.#timeoutMs);
      };
      this.#process.on('message', (report: Report) => {
        wait();
        const result = resultOf(report);
        if (result !== undefined) settle(result);
      });
      this.#process.on('exit', (code, name) => {
        this.hasEnded = true;
        settle(resultOfDeath(`ended its process (${name ?? code}): out of memory, or a crash`));
      });
      signal?.addEventListener('abort', stop);
      wait();
      this.#process.send(work);
    });
  }
}
