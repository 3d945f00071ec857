// npm run simulate: see docs/simulation.md.
import { Command, InvalidArgumentError } from 'commander';
import { MUTANTS } from './mutants.ts';
import { type Result, runSeeds, seedsFrom } from './run-seeds.ts';
import { Tally } from './tally.ts';

interface Options {
  readonly seeds: number;
  readonly minutes?: number;
  readonly from: number;
  readonly seed?: number;
  readonly mutant?: string;
  readonly mutants?: boolean;
}

const program = new Command('simulate')
  .description(
    'Runs the pipeline through simulated days of faults, and checks that nothing is lost or repeated.',
  )
  .option('--seeds <n>', 'how many seeds to run', whole, 1_000)
  .option('--minutes <m>', 'run on for as long, whatever the number of seeds', whole)
  .option('--from <seed>', 'the first seed', whole, 1)
  .option('--seed <seed>', 'replay one seed, and print all that happens', whole)
  .option('--mutant <name>', 'with one rule undone')
  .option('--mutants', 'tell in how many of the seeds each undone rule is caught')
  .action(run);
await program.parseAsync();

async function run(options: Options): Promise<void> {
  if (options.mutant !== undefined && !(options.mutant in MUTANTS)) {
    program.error(`expected --mutant to be one of ${Object.keys(MUTANTS).join(', ')}, got ${options.mutant}`);
  }
  if (options.seed !== undefined) return replay(options.seed, options.mutant);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  if (options.mutants) await tryMutants(options, interrupted.signal);
  else await runMany(options, interrupted.signal);
  if (interrupted.signal.aborted) process.exitCode = 130;
}

async function runMany({ seeds, minutes, from, mutant }: Options, signal: AbortSignal): Promise<void> {
  const tally = new Tally();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const timer = setInterval(() => {
    process.stderr.write(`${tally.seeds} seeds, ${tally.broken.length} broken, ${seconds().toFixed(0)} s\n`);
  }, 5_000);
  await runSeeds({
    seeds: seedsFrom(from, minutes === undefined ? seeds : undefined),
    ...(mutant === undefined ? {} : { mutant }),
    signal,
    onResult(result) {
      tally.add(result);
      if (result.broken.length > 0) process.stderr.write(`${failure(result, mutant)}\n`);
      return minutes !== undefined && seconds() > minutes * 60;
    },
  });
  clearInterval(timer);
  process.stdout.write(`${tally.describe(seconds())}\n`);
  if (tally.broken.length > 0) process.exitCode = 1;
}

export function failure({ seed, broken }: Result, mutant?: string): string {
  const more = broken.length > 5 ? `\n  and ${broken.length - 5} more` : '';
  const undone = mutant === undefined ? '' : ` --mutant ${mutant}`;
  return `seed ${seed}:\n  ${broken.slice(0, 5).join('\n  ')}${more}\n  replay: npm run simulate -- --seed ${seed}${undone}`;
}

async function replay(seed: number, mutant: string | undefined): Promise<void> {
  if (mutant !== undefined) (await import('./mutate.ts')).undo(mutant);
  process.env.AWS_MAX_ATTEMPTS = '3';
  const { simulate } = await import('./simulate.ts');
  const { trace, ...result } = await simulate(seed);
  process.stdout.write(`${trace.join('\n')}\n\n${JSON.stringify(result, undefined, 2)}\n`);
  if (result.broken.length > 0) process.exitCode = 1;
}

async function tryMutants({ seeds, from }: Options, signal: AbortSignal): Promise<void> {
  const uncaught: string[] = [];
  for (const [name, { rule }] of Object.entries(MUTANTS)) {
    const tally = new Tally();
    await runSeeds({
      seeds: seedsFrom(from, seeds),
      mutant: name,
      signal,
      onResult: (one) => void tally.add(one),
    });
    if (signal.aborted) return;
    process.stdout.write(`${String(tally.broken.length).padStart(5)} of ${tally.seeds}  ${name}: ${rule}\n`);
    if (tally.broken.length === 0) uncaught.push(name);
  }
  if (uncaught.length === 0) return;
  process.stderr.write(`not caught: ${uncaught.join(', ')}\n`);
  process.exitCode = 1;
}

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`expected a whole number, got ${text}`);
  return Number(text);
}
