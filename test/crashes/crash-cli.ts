// npm run crash: parses arguments and prints progress and a summary. kill-loop.ts does the work.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { interruptSignal } from '../../cli/shared/interrupt.ts';
import { killLoop } from './kill-loop.ts';
import { summaryOf } from './summary.ts';
import '../helpers/loopback-only.ts';

const PROGRESS_LINES = 10;
const READY_WITHIN_MS = { quiet: 2_000, load: 10_000 };
/** On a slow machine, a start may take this many times as long as `news-alerts --version`. It usually takes seven times. */
const MAX_TIMES_VERSION = { quiet: 15, load: 75 };

/** Returns how long `news-alerts --version` takes, ms: the median of five. */
function timeOfVersion(): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    spawnSync(process.execPath, [join(import.meta.dirname, '../../bin/cli.ts'), '--version']);
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[2] ?? 0;
}

function count(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

const { kills, seed, load } = new Command('crash')
  .description('kill local mode at random moments, and check that no alert is lost or repeated without need')
  .option('--kills <n>', 'number of kills', count, 50)
  .option(
    '--seed <n>',
    'seed of an earlier run, to repeat its kills as far as timing allows',
    count,
    randomInt(1, 2 ** 31),
  )
  .option(
    '--load',
    'use 200 feeds, 200 topics and 50 new items a second, and a new data folder after every 100 kills',
  )
  .addHelpText('after', '\nExit codes: 0 no faults; 1 faults; 130 interrupted.')
  .parse()
  .opts<{ kills: number; seed: number; load?: true }>();

const interrupted = interruptSignal();
const startedAt = performance.now();
const seconds = () => (performance.now() - startedAt) / 1000;
const say = (text: string) => process.stderr.write(`${text}\n`);
const scenario = load ? 'load' : 'quiet';
say(`crash: ${kills} kills${load ? ' under load' : ''}, seed ${seed}`);
const run = await killLoop({
  kills,
  seed,
  scenario,
  interrupted,
  readyWithin: Math.max(READY_WITHIN_MS[scenario], MAX_TIMES_VERSION[scenario] * timeOfVersion()),
  onKill({ kills: done, publishes, faults }) {
    if (done % Math.ceil(kills / PROGRESS_LINES) !== 0) return;
    const rate = ((done / seconds()) * 60).toFixed(0);
    say(
      `${done} of ${kills} kills, ${rate} a minute; ${publishes} publishes${faults.length > 0 ? `; FAULTS: ${faults.length}` : ''}`,
    );
  },
});
process.stdout.write(`${summaryOf(run, { seed, seconds: seconds() })}\n`);
if (run.faults.length > 0) process.exitCode = 1;
if (interrupted.aborted) process.exitCode = 130;
