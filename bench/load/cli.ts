// npm run bench -- load: see docs/benchmarks.md.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../config/duration.ts';
import { runLoad } from './load-run.ts';
import { plotOf } from './plot.ts';
import { goalsOf, isReached, rowsOf, sparkline, tableOf } from './report.ts';
import { percentile } from './statistics.ts';

function positive(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a number above 0.');
}

function duration(text: string): string {
  if (parseDuration(text) !== undefined) return text;
  throw new InvalidArgumentError('Expected a duration such as 5m.');
}

interface Options {
  feeds: number;
  topics: number;
  rate: number;
  minutes: number;
  every: string;
  seed: number;
  latency: number;
  browsers: number;
  silent: boolean;
  short?: true;
  json?: true;
  plot: string;
  folder: string;
  keep?: true;
  profile?: string;
}

/** The load ends shortly before the third poll of the feeds, so that this poll reads the last items without a wait. */
const SHORT = { feeds: 300, topics: 100, rate: 10, minutes: 1.75, every: '1m' };

const given = new Command('bench load')
  .description(
    'Runs local mode with a farm of feeds, and measures delay, memory, folder and page from outside.',
  )
  .option('--feeds <n>', 'feeds on loopback', positive, 5_000)
  .option('--topics <n>', 'watched topics', positive, 500)
  .option('--rate <n>', 'new items per second', positive, 50)
  .option('--minutes <n>', 'duration of the load', positive, 20)
  .option('--every <duration>', 'polling interval', duration, '5m')
  .option('--seed <n>', 'seed of topics and news', positive, 1)
  .option('--latency <ms>', 'median response time of feeds', Number, 0)
  .option('--browsers <n>', 'browsers with the page open', positive, 1)
  .option('--silent', 'add an http subscriber to all topics that never responds', false)
  .option('--short', `a quick run for every change: ${JSON.stringify(SHORT)}`)
  .option('--json', 'print all measurements as JSON')
  .option('--plot <file>', 'SVG file for the curves', join(tmpdir(), 'news-alerts-load.svg'))
  .option('--folder <folder>', 'folder for the data of the run', tmpdir())
  .option('--keep', 'keep the data')
  .option('--profile <folder>', 'write CPU profiles to this folder')
  .addHelpText('after', '\nExit codes: 0 all goals are reached; 1 a goal is missed, or the run failed.')
  .parse()
  .opts<Options>();
const options = given.short ? { ...given, ...SHORT } : given;

const say = (text: string) => process.stderr.write(`${text}\n`);
const root = join(options.folder, `load-${process.pid}`);
mkdirSync(root, { recursive: true });
say(
  `load: ${options.feeds} feeds every ${options.every}, ${options.topics} topics, ${options.rate} items per second for ${options.minutes} minutes, seed ${options.seed}`,
);
const settings = {
  ...options,
  folder: root,
  nodeOptions: options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [],
  say,
};
const run = await runLoad(settings);
const goals = goalsOf(run, settings, (parseDuration(options.every) ?? 0) / 1000);
const rows = rowsOf(run);
const pointsOf = (value: (row: (typeof rows)[number]) => number) =>
  rows.map((row) => ({ x: row.minute, y: value(row) }));
const samples = run.samples.filter(({ minute }) => minute >= 0);
const limitOf = (name: string) => goals.find((goal) => goal.name === name)?.atMost;
writeFileSync(
  options.plot,
  plotOf([
    {
      title: 'visible to published, p95',
      unit: 's',
      points: pointsOf(({ p95 }) => p95),
      atMost: limitOf('p95 from visible to published'),
    },
    {
      title: 'resident memory',
      unit: 'MB',
      points: samples.map(({ minute, rssMb }) => ({ x: minute, y: rssMb })),
      atMost: limitOf('peak resident memory'),
    },
    {
      title: 'data folder',
      unit: 'MB',
      points: samples.map(({ minute, folderMb }) => ({ x: minute, y: folderMb })),
      atMost: 3 * run.liveMb,
    },
    {
      title: 'slowest page',
      unit: 'ms',
      points: pointsOf(({ pageWorst }) => pageWorst),
      atMost: limitOf('slowest page'),
    },
    { title: 'messages waiting', unit: 'n', points: pointsOf(({ waiting }) => waiting) },
    { title: 'processors in use', unit: 'n', points: pointsOf(({ all }) => all) },
  ]),
);
if (options.json) process.stdout.write(`${JSON.stringify({ options, goals, rows, run })}\n`);
else process.stdout.write(`${text()}\n`);
if (!options.keep) rmSync(root, { recursive: true });
if (!goals.every(isReached)) process.exitCode = 1;

function text(): string {
  const { states, processor, items, alerts, documents, notModified } = run;
  const polls = documents + notModified;
  const pages = run.pages.filter(({ minute }) => minute >= 0).map(({ ms }) => ms);
  return [
    tableOf(rows),
    '',
    `RSS      ${sparkline(samples.map(({ rssMb }) => rssMb))}`,
    `folder   ${sparkline(samples.map(({ folderMb }) => folderMb))}`,
    `p95      ${sparkline(rows.map(({ p95 }) => p95))}`,
    `page     ${sparkline(rows.map(({ pageWorst }) => pageWorst))}`,
    '',
    `start    ready after ${run.readySeconds.toFixed(1)} s, all feeds polled after ${run.firstPollSeconds.toFixed(0)} s; drained ${run.drainSeconds.toFixed(0)} s after the last item; stopped in ${run.stopSeconds.toFixed(1)} s; ready again after ${run.restartSeconds.toFixed(1)} s`,
    `work     ${items} items, ${polls} feed responses (${notModified} not modified), ${alerts} alerts`,
    `matches  ${Object.entries(states)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}`,
    `CPU      ${processor.all.toFixed(1)} s: main thread ${processor.main.toFixed(1)}, embedded servers ${processor.servers.toFixed(1)}; farm ${processor.farm.toFixed(1)}; ${((1000 * processor.all) / items).toFixed(1)} ms per item`,
    `page     p99 ${percentile(pages, 0.99).toFixed(0)} ms of ${pages.length} responses`,
    `data     folder ${run.folderMb.toFixed(1)} MB, live data about ${run.liveMb.toFixed(1)} MB`,
    `plot     ${options.plot}`,
    ...[...new Set(run.trouble)].slice(0, 10).map((line) => `TROUBLE  ${line}`),
    ...run.lost.slice(0, 10).map((line) => `LOST     ${line}`),
    '',
    ...goals.map(
      (goal) =>
        `${isReached(goal) ? 'reached' : 'MISSED '}  ${goal.name}: ${round(goal.value)} ${goal.unit} (at most ${round(goal.atMost)})`,
    ),
  ].join('\n');
}

function round(value: number): string {
  return value.toFixed(Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0);
}
