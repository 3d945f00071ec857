import { TARGETS } from './targets.ts';

/** Limits for one input. */
const MAX_CPU_MS = 1_000;
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;
const TOO_SLOW = 'took more than a second of processor time';
/** Runs of an input that seems slow. */
const MAX_RUNS = 3;

/** Result of checking one input. `what` is undefined if there is no fault, and similar for faults of the same kind. */
export interface Verdict {
  readonly what?: string;
  readonly cpuMs: number;
}

let peak = 0;

/**
 * Checks an input in this process. An input that takes long is checked again: garbage collection and compilation, for
 * earlier inputs too, fall on single runs.
 */
export async function checkInput(target: string, input: Buffer): Promise<Verdict> {
  for (let run = 1; ; run++) {
    const verdict = await checkOnce(target, input);
    if (verdict.what !== TOO_SLOW || run === MAX_RUNS) return verdict;
  }
}

async function checkOnce(target: string, input: Buffer): Promise<Verdict> {
  const memory = process.memoryUsage.rss();
  peak = Math.max(peak, process.resourceUsage().maxRSS * 1024);
  const before = process.cpuUsage();
  const cpu = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  try {
    const what = await TARGETS[target]?.check(input);
    const cpuMs = cpu();
    if (what !== undefined) return { what, cpuMs };
    const now = process.resourceUsage().maxRSS * 1024;
    // The process may have needed as much for an earlier input.
    if (now > peak && now - memory > MAX_MEMORY_BYTES)
      return { what: 'took more than 256 MB of memory', cpuMs };
    return cpuMs > MAX_CPU_MS ? { what: TOO_SLOW, cpuMs } : { cpuMs };
  } catch (error) {
    return { what: `threw ${error instanceof Error ? error.stack : String(error)}`, cpuMs: cpu() };
  }
}
