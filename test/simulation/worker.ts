// Runs the seeds that the parent thread sends until it sends null, with a mutant applied if the parent names one.
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { nameCompileCache } from '../../local/compile-cache.ts';
import { applyMutant } from './apply-mutant.ts';
import { NO_DELIVERIES } from './delivery/delivery-counts.ts';
import type { Theme } from './fault-plan.ts';
import type { RunOutcome } from './simulate.ts';

const { mutant, theme } = workerData as { readonly mutant?: string; readonly theme?: Theme };
if (mutant !== undefined) applyMutant(mutant);
// Hundreds of workers load the same modules, each with one of them changed.
enableCompileCache(nameCompileCache());
// Otherwise the SDK would look for this setting in files, in real time.
process.env.AWS_MAX_ATTEMPTS = '3';
// The SDK creates an error for each call. Collecting their stacks takes a sixteenth of the time; a replay collects them.
Error.stackTraceLimit = 0;
const { simulate } = await import('./simulate.ts');

parentPort?.on('message', async (seed: number | null) => {
  if (seed === null) process.exit();
  // Traces are too large to send. A failed run is replayed to see its trace.
  const { trace: _trace, ...outcome } = await simulate(seed, theme).catch((error: unknown) =>
    failed(seed, error),
  );
  parentPort?.postMessage(outcome);
});

function failed(seed: number, error: unknown): RunOutcome {
  const broken = [`the simulation itself failed: ${error instanceof Error ? error.stack : String(error)}`];
  const counts = {
    owed: 0,
    rewritten: 0,
    published: 0,
    developments: 0,
    retellings: 0,
    repeated: 0,
    skipped: 0,
    muted: 0,
    leftOut: 0,
    ...NO_DELIVERIES,
    split: 0,
    followed: 0,
    daily: 0,
  };
  return {
    seed,
    broken,
    counts,
    calls: 0,
    events: 0,
    invocations: 0,
    faults: {},
    fingerprint: '',
    trace: [],
  };
}
