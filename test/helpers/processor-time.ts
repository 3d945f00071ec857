/** Runs of a measurement that seems slow. */
const MAX_RUNS = 5;

/** Returns the processor time of this thread in milliseconds, in total or since an earlier measurement. */
export function processorTime(before?: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Returns the result of `run`, which gets the number of the run, from 0. Throws if `run` takes `maxMs` of processor time or
 * more in each of five runs: garbage collection and compilation, of other tests too, fall on single runs.
 */
export async function takesLessThan<T>(
  maxMs: number,
  run: (n: number) => T | Promise<T>,
  name = 'the run',
): Promise<T> {
  const times: string[] = [];
  while (times.length < MAX_RUNS) {
    const start = processorTime();
    const result = await run(times.length);
    const ms = processorTime() - start;
    if (ms < maxMs) return result;
    times.push(ms.toFixed(0));
  }
  throw new Error(
    `Expected ${name} to take less than ${maxMs} ms of processor time, got ${times.join(', ')}.`,
  );
}
