// npm run crash: arguments, progress and summary; the work is kill-loop.ts's.
import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { interruptSignal } from '../../cli/shared/interrupt.ts';
import { killLoop } from './kill-loop.ts';
import { summaryOf } from './summary.ts';
import '../helpers/loopback-only.ts';

const PROGRESS_LINES = 10;
const READY_WITHIN_MS = { quiet: 2_000, load: 10_000 };

function count(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

const { kills, seed, load } = new Command('crash')
  .description(
    'kill local mode at random moments, and see that no alert is lost and none comes twice without need',
  )
  .option('--kills <n>', 'how often', count, 50)
  .option(
    '--seed <n>',
    'repeats the kills of an earlier run, as far as time allows',
    count,
    randomInt(1, 2 ** 31),
  )
  .option('--load', 'with 200 feeds, 200 topics and 50 new items a second; a new data folder after 100 kills')
  .addHelpText('after', '\nExit codes: 0 all is well; 1 something must not be; 130 interrupted.')
  .parse()
  .opts<{ kills: number; seed: number; load?: true }>();

const interrupted = interruptSignal();
const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const say = (text: string) => process.stderr.write(`${text}\n`);
const scene = load ? 'load' : 'quiet';
say(`crash: ${kills} kills${load ? ' under load' : ''}, seed ${seed}`);
const run = await killLoop({
  kills,
  seed,
  scene,
  interrupted,
  readyWithin: READY_WITHIN_MS[scene],
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
