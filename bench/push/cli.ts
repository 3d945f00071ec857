// npm run bench -- push: see docs/benchmarks.md.
import { Command } from 'commander';
import { inventWeeks } from '../freshness/invented-weeks.ts';
import { percentile } from '../load/statistics.ts';
import { measureLatency } from './latency.ts';
import { type HubHabits, replayPushes } from './requests.ts';

const options = new Command('bench push')
  .description('Measures the delay from a push to its alert, and the requests that pushes save.')
  .option('--feeds <n>', 'feeds that push', Number, 20)
  .option('--pushes <n>', 'number of pushes', Number, 400)
  .option('--pause <ms>', 'time between two pushes', Number, 50)
  .parse()
  .opts<{ feeds: number; pushes: number; pause: number }>();

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GOAL_MS = 2_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

const times = await measureLatency(options.feeds, options.pushes, options.pause);
const shown = (share: number) => `${Math.round(percentile(times, share))} ms`;
say(
  `${times.length} of ${options.pushes} pushes were alerted: median ${shown(0.5)}, p95 ${shown(0.95)}, longest ${shown(1)}`,
);
const isReached = times.length === options.pushes && percentile(times, 0.95) < GOAL_MS;
say(`goal: all, with a p95 below 2 s: ${isReached ? 'reached' : 'MISSED'}\n`);
if (!isReached) process.exitCode = 1;

const from = Date.parse('2026-03-02T00:00Z');
const period = { from, measureFrom: from + 7 * DAY_MS, to: from + 14 * DAY_MS };
/** Items a day. By night, feeds publish a fifth as much as by day. */
const RATES = [2, 5, 10, 20, 40, 80].flatMap((rate) => Array.from({ length: 10 }, () => rate));
const feeds = inventWeeks(
  new Map(
    RATES.map((rate, n) => [
      `feed ${n}`,
      (time: number) => (rate / 24) * (new Date(time).getUTCHours() < 8 ? 0.27 : 1.36),
    ]),
  ),
  period.from,
  period.to,
);
const silentFrom = period.measureFrom + 3 * DAY_MS;
const HUBS: readonly HubHabits[] = [
  { name: 'a hub that pushes everything', pushes: () => true },
  { name: 'a hub that loses 1 of 100', pushes: (_, random) => random() >= 0.01 },
  { name: 'a hub that loses 1 of 10', pushes: (_, random) => random() >= 0.1 },
  {
    name: 'a hub that is silent for a day',
    pushes: (time) => time < silentFrom || time >= silentFrom + DAY_MS,
  },
];
say(`${RATES.length} invented feeds of 2 to 80 items a day, polled every 5m to 20m, in the second week:\n`);
say('| | polls per day and feed | pushes | mean delay, min | p90 | longest |');
say('| --- | --- | --- | --- | --- | --- |');
for (const hub of [undefined, ...HUBS]) {
  const { polls, pushes, delays } = replayPushes(feeds, period, hub);
  const minutes = (ms: number) => (ms / 60_000).toFixed(1);
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  say(
    `| ${hub?.name ?? 'no hub'} | ${polls.toFixed(1)} | ${pushes.toFixed(1)} | ${minutes(mean)} | ${minutes(percentile(delays, 0.9))} | ${minutes(Math.max(...delays))} |`,
  );
}
