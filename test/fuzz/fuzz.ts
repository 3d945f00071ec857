import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Report, Slowest, Work } from './worker.ts';

/** Wall-clock time after which an input is taken for one that never ends: the machine may be busy. */
const TIMEOUT_MS = 30_000;
const SEEDS_AT_ONCE = 250;
/** Attempts to make an input of a fault smaller. */
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
  /** The first of each kind. */
  readonly faults: readonly Fault[];
  /** All faults of these kinds. */
  readonly count: number;
  readonly cpuMs: ReadonlyMap<string, number>;
  readonly slowest: Slowest | undefined;
}

/** Returns the name of a fault's kind: its error and where in the code it shows, without the input. */
export function kindOf({ target, what }: Pick<Fault, 'target' | 'what'>): string {
  const [first = '', ...stack] = what.split('\n');
  const place = stack.find((line) => /\/(functions|config|local|cli)\//.test(line)) ?? '';
  return [target, place === '' ? first.replace(/[:"'“].*/s, '') : first.split(':')[0], place.trim()].join(
    ' ',
  );
}

/** Checks the inputs of seeds in a row in processes of their own. */
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
      let [first, left] = [next, Math.min(SEEDS_AT_ONCE, from + runs - next)];
      next += left;
      while (left > 0 && !signal?.aborted) {
        worker ??= new Worker();
        const ended = await worker.seeds({ from: first, count: left }, add, signal);
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

/** Returns the smallest input found that shows the same fault, by leaving parts out. */
export async function shrink(fault: Fault, input: Buffer, signal?: AbortSignal): Promise<Buffer> {
  const kind = kindOf(fault);
  let worker: Worker | undefined;
  let attempts = 0;
  const isSame = async (smaller: Buffer): Promise<boolean> => {
    attempts++;
    worker ??= new Worker();
    const what = await worker.input({ target: fault.target, input: smaller.toString('base64') });
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

/** Checks one input in a process of its own. */
export async function checkSeeds(
  target: string,
  input: Buffer,
  patienceMs = TIMEOUT_MS,
): Promise<string | undefined> {
  const worker = new Worker(patienceMs);
  const what = await worker.input({ target, input: input.toString('base64') });
  worker.end();
  return what;
}

type Ended = Extract<Report, { kind: 'done' }> | { readonly kind: 'died'; readonly fault: Fault };

class Worker {
  readonly #process: ChildProcess = fork(join(import.meta.dirname, 'worker.ts'), [], {
    // Beyond the process itself, which has 150 MB.
    execArgv: ['--max-old-space-size=450'],
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  });
  hasEnded = false;
  readonly #patienceMs: number;

  constructor(patienceMs = TIMEOUT_MS) {
    this.#patienceMs = patienceMs;
  }

  /** Ends the process. */
  end(): void {
    this.hasEnded = true;
    this.#process.kill('SIGKILL');
  }

  seeds(
    work: Extract<Work, { from: number }>,
    add: (fault: Fault) => void,
    signal?: AbortSignal,
  ): Promise<Ended> {
    let at = { seed: work.from, target: '' };
    return this.#ask<Ended>(
      work,
      (report) => {
        if (report.kind === 'begun') at = report;
        if (report.kind === 'fault') add(report);
        return report.kind === 'done' ? report : undefined;
      },
      (what) => ({ kind: 'died', fault: { ...at, what } }),
      signal,
    );
  }

  input(work: Extract<Work, { target: string }>): Promise<string | undefined> {
    return this.#ask<{ what: string | undefined }>(
      work,
      (report) => (report.kind === 'checked' ? { what: report.what } : undefined),
      (what) => ({ what }),
    ).then(({ what }) => what);
  }

  #ask<T>(
    work: Work,
    take: (report: Report) => T | undefined,
    died: (what: string) => T,
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
        settle(died('was interrupted'));
      };
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          this.end();
          settle(died(`did not end in ${this.#patienceMs / 1000} s`));
        }, this.#patienceMs);
      };
      this.#process.on('message', (report: Report) => {
        wait();
        const result = take(report);
        if (result !== undefined) settle(result);
      });
      this.#process.on('exit', (code, name) => {
        this.hasEnded = true;
        settle(died(`ended its process (${name ?? code}): out of memory, or a crash`));
      });
      signal?.addEventListener('abort', stop);
      wait();
      this.#process.send(work);
    });
  }
}
