import { checkInput } from './check-input.ts';
import { loadSeeds } from './seeds.ts';
import { inputOf } from './targets.ts';

/**
 * Checks inputs for another process, so an endless input, or one that takes all memory, ends only this process. Reports the
 * start of each seed and every fault.
 */

/** Consecutive seeds, or one input. */
export type Work =
  | { readonly from: number; readonly count: number }
  | { readonly target: string; readonly input: string };

export type Report =
  | { readonly kind: 'started'; readonly seed: number; readonly target: string }
  | { readonly kind: 'fault'; readonly seed: number; readonly target: string; readonly what: string }
  | { readonly kind: 'checked'; readonly what?: string | undefined }
  | { readonly kind: 'done'; readonly cpuMs: Readonly<Record<string, number>>; readonly slowest: Slowest };

export interface Slowest {
  readonly seed: number;
  readonly target: string;
  readonly cpuMs: number;
}

const send = (report: Report) => process.send?.(report);
const seeds = loadSeeds();
let uncaught: string | undefined;
const recordError = (error: unknown) => {
  uncaught = `uncaught ${error instanceof Error ? error.stack : String(error)}`;
};
process.on('uncaughtException', recordError);
process.on('unhandledRejection', recordError);

async function check(target: string, input: Buffer) {
  uncaught = undefined;
  const verdict = await checkInput(target, input);
  return { ...verdict, what: verdict.what ?? uncaught };
}

async function checkSeeds(from: number, count: number): Promise<void> {
  const cpu: Record<string, number> = {};
  let slowest: Slowest = { seed: from, target: '', cpuMs: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const { target, input } = inputOf(seed, seeds);
    send({ kind: 'started', seed, target });
    const { what, cpuMs } = await check(target, input);
    cpu[target] = (cpu[target] ?? 0) + cpuMs;
    if (cpuMs > slowest.cpuMs) slowest = { seed, target, cpuMs };
    if (what !== undefined) send({ kind: 'fault', seed, target, what });
  }
  send({ kind: 'done', cpuMs: cpu, slowest });
}

process.on('message', async (work: Work) => {
  if ('from' in work) await checkSeeds(work.from, work.count);
  else {
    const { what } = await check(work.target, Buffer.from(work.input, 'base64'));
    send({ kind: 'checked', what });
  }
});
// The parent process has ended.
process.on('disconnect', () => process.exit(0));
