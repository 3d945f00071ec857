// Runs the seeds that the parent thread sends until it sends null, with a mutant applied if the parent names one.
import { parentPort, workerData } from 'node:worker_threads';
import { applyMutant } from './apply-mutant.ts';
import type { Theme } from './fault-plan.ts';
import type { RunOutcome } from './simulate.ts';

const { mutant, theme } = workerData as { readonly mutant?: string; readonly theme?: Theme };
if (mutant !== undefined) applyMutant(mutant);
// Otherwise the SDK would look for this setting in files, in real time.
process.env.AWS_MAX_ATTEMPTS = '3';
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
