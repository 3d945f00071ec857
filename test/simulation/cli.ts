// npm run simulate: see docs/simulation.md.
import { Command, InvalidArgumentError, Option } from 'commander';
import { nameCompileCache } from '../../local/compile-cache.ts';
import { describeFailure } from './describe-failure.ts';
import { THEMES, type Theme } from './fault-plan.ts';
import { MUTANTS } from './mutants.ts';
import { runSeeds, seedsFrom } from './run-seeds.ts';
import { Tally } from './tally.ts';
import { tryMutants } from './try-mutants.ts';

interface Options {
  readonly seeds: number;
  readonly minutes?: number;
  readonly from: number;
  readonly seed?: number;
  readonly theme?: Theme;
  readonly mutant?: string;
  readonly mutants?: boolean;
  readonly tally?: boolean;
  readonly record?: boolean;
}

/** Number of failed seeds that are printed in full. */
const MAX_SHOWN = 5;

// Each mutant is run by a thread of its own, which then compiles only what differs.
nameCompileCache();

const program = new Command('simulate')
  .description(
    'Runs the pipeline through simulated days of faults, and checks that nothing is lost or repeated.',
  )
  .option('--seeds <n>', 'number of seeds to run', whole, 1_000)
  .option('--minutes <m>', 'run for this long instead, however many seeds that takes', whole)
  .option('--from <seed>', 'the first seed', whole, 1)
  .option('--seed <seed>', 'replay one seed, and print every event', whole)
  .addOption(new Option('--theme <name>', 'the subject of all runs').choices(THEMES))
  .option('--mutant <name>', 'run with one rule removed')
  .option('--mutants', 'remove each rule in turn, and check that 100 seeds catch it')
  .option('--tally', 'with --mutants: run all 100 seeds, and print how many catch it')
  .option('--record', 'with --mutants: save the seeds that catch rules, which the next run tries first')
  .action(run);
await program.parseAsync();

async function run(options: Options): Promise<void> {
  if (options.mutant !== undefined && !(options.mutant in MUTANTS)) {
    program.error(`expected --mutant to be one of ${Object.keys(MUTANTS).join(', ')}, got ${options.mutant}`);
  }
  if (options.seed !== undefined) return replay(options.seed, options);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  if (options.mutants) await checkMutants(options, interrupted.signal);
  else await runMany(options, interrupted.signal);
  if (interrupted.signal.aborted) process.exitCode = 130;
}

async function runMany({ seeds, minutes, from, mutant, theme }: Options, signal: AbortSignal): Promise<void> {
  const tally = new Tally();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const timer = setInterval(() => {
    process.stderr.write(`${tally.seeds} seeds, ${tally.broken.length} broken, ${seconds().toFixed(0)} s\n`);
  }, 5_000);
  await runSeeds({
    seeds: seedsFrom(from, minutes === undefined ? seeds : undefined),
    ...(mutant === undefined ? {} : { mutant }),
    ...(theme === undefined ? {} : { theme }),
    signal,
    onResult(result) {
      tally.add(result);
      if (result.broken.length > 0 && tally.broken.length <= MAX_SHOWN) {
        process.stderr.write(`${describeFailure(result, { mutant, theme })}\n`);
      }
      return minutes !== undefined && seconds() > minutes * 60;
    },
  });
  clearInterval(timer);
  process.stdout.write(`${tally.describe(seconds())}\n`);
  if (tally.broken.length > 0) process.exitCode = 1;
}

async function replay(seed: number, { mutant, theme }: Options): Promise<void> {
  if (mutant !== undefined) (await import('./apply-mutant.ts')).applyMutant(mutant);
  process.env.AWS_MAX_ATTEMPTS = '3';
  const { simulate } = await import('./simulate.ts');
  const { trace, ...result } = await simulate(seed, theme);
  process.stdout.write(`${trace.join('\n')}\n\n${JSON.stringify(result, undefined, 2)}\n`);
  if (result.broken.length > 0) process.exitCode = 1;
}

async function checkMutants({ from, tally: all = false, record = false }: Options, signal: AbortSignal) {
  const uncaught = await tryMutants({ from, all, record, signal });
  if (uncaught.length === 0 || signal.aborted) return;
  process.stderr.write(
    `expected every removed rule to break a run, but these broke none: ${uncaught.join(', ')}; make the simulation ` +
      'stricter, or delete the mutant if it breaks no rule\n',
  );
  process.exitCode = 1;
}

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`expected a whole number, got ${text}`);
  return Number(text);
}
