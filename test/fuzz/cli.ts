import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkInWorker, fuzz, shrink } from './fuzz.ts';
import { loadSeeds } from './seeds.ts';
import { inputOf, TARGETS } from './targets.ts';

const HELP = `npm run fuzz -- [--runs 20000] [--from SEED] [--jobs 1] [--out .fuzz]
npm run fuzz -- --repeat FILE     checks a saved input, whose name begins with its target

Mutates valid files with random seeds and reads them. The targets are ${Object.keys(TARGETS)
  .filter((target) => target !== 'planted')
  .join(', ')}.
Exit codes: 0 no faults, 1 faults; a small input for each kind of fault is saved. Ctrl-C stops and reports the results so far.
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    out: { type: 'string', default: '.fuzz' },
    repeat: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const print = (text: string) => process.stderr.write(text);

if (values.help) process.stdout.write(HELP);
else if (values.repeat === undefined) await run();
else await repeat(values.repeat);

async function repeat(file: string): Promise<void> {
  const [target = ''] = basename(file).split('-');
  if (!(target in TARGETS))
    throw new Error(`expected a file named after ${Object.keys(TARGETS).join(', ')}, got ${file}`);
  const what = await checkInWorker(target, readFileSync(file));
  process.stdout.write(`${what ?? 'no fault'}\n`);
  if (what !== undefined) process.exitCode = 1;
}

async function run(): Promise<void> {
  const [from, runs, jobs] = [values.from, values.runs, values.jobs].map(Number) as [number, number, number];
  const interrupt = new AbortController();
  process.on('SIGINT', () => interrupt.abort());
  const seeds = loadSeeds();
  if (seeds.missing.length > 0) print(`skipped because missing: ${seeds.missing.join(', ')}\n`);
  const startedAt = performance.now();
  let printedAt = 0;
  const progress = (done: number, faults: readonly unknown[]) => {
    if (performance.now() - printedAt < 2_000) return;
    printedAt = performance.now();
    const line = `${done.toLocaleString('en')} of ${runs.toLocaleString('en')} inputs, ${faults.length} kinds of faults`;
    print(process.stderr.isTTY ? `\r${line}` : `${line}\n`);
  };
  const { done, faults, count, cpuMs, slowest } = await fuzz({
    from,
    runs,
    jobs,
    signal: interrupt.signal,
    progress,
  });
  if (process.stderr.isTTY) print('\n');
  if (faults.length > 0) mkdirSync(values.out, { recursive: true });
  for (const fault of faults) {
    const file = join(values.out, `${fault.target}-${fault.seed}`);
    const { input } = inputOf(fault.seed, seeds);
    writeFileSync(file, input);
    writeFileSync(file, await shrink(fault, input, interrupt.signal));
    process.stdout.write(`${file}: ${fault.what}\n\n`);
  }
  const times = [...cpuMs].map(([target, ms]) => `${target} ${(ms / 1000).toFixed(1)} s`).join(', ');
  process.stdout.write(
    `${done.toLocaleString('en')} inputs in ${((performance.now() - startedAt) / 1000).toFixed(0)} s: ${count} faults of ${faults.length} kinds` +
      `; processor: ${times}` +
      `${slowest ? `; slowest ${slowest.cpuMs.toFixed(0)} ms: ${slowest.target}, seed ${slowest.seed}` : ''}\n`,
  );
  if (faults.length > 0) process.exitCode = 1;
  else if (interrupt.signal.aborted) process.exitCode = 130;
}
