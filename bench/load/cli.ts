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

/** Items stop shortly before the third poll of the feeds, which so reads the last of them without a wait. */
const SHORT = { feeds: 300, topics: 100, rate: 10, minutes: 1.75, every: '1m' };

const given = new Command('bench load')
  .description('Local mode beside a farm of feeds, measured from outside: delay, memory, folder and page.')
  .option('--feeds <n>', 'on loopback', positive, 5_000)
  .option('--topics <n>', 'watched', positive, 500)
  .option('--rate <n>', 'new items a second', positive, 50)
  .option('--minutes <n>', 'how long items come', positive, 20)
  .option('--every <duration>', 'how often a feed is polled', duration, '5m')
  .option('--seed <n>', 'of topics and news', positive, 1)
  .option('--latency <ms>', 'median of the time that feeds take to answer', Number, 0)
  .option('--browsers <n>', 'that keep the page open', positive, 1)
  .option('--silent', 'add an http subscriber of all topics that never answers', false)
  .option('--short', `for every change: ${JSON.stringify(SHORT)}`)
  .option('--json', 'print all that was measured as JSON on standard output')
  .option('--plot <file>', 'where the curves are drawn', join(tmpdir(), 'news-alerts-load.svg'))
  .option('--folder <folder>', 'where data are kept meanwhile', tmpdir())
  .option('--keep', 'keep them')
  .option('--profile <folder>', 'write profiles of the processor there')
  .addHelpText('after', '\nExit codes: 0 every goal is reached; 1 one is not, or the run failed.')
  .parse()
  .opts<Options>();
const options = given.short ? { ...given, ...SHORT } : given;

const say = (text: string) => process.stderr.write(`${text}\n`);
const root = join(options.folder, `load-${process.pid}`);
mkdirSync(root, { recursive: true });
say(
  `load: ${options.feeds} feeds every ${options.every}, ${options.topics} topics, ${options.rate} items a second for ${options.minutes} minutes, seed ${options.seed}`,
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
const minutesOf = (of: (row: (typeof rows)[number]) => number) =>
  rows.map((row) => ({ x: row.minute, y: of(row) }));
const samples = run.samples.filter(({ minute }) => minute >= 0);
const goal = (name: string) => goals.find((one) => one.name === name)?.atMost;
writeFileSync(
  options.plot,
  plotOf([
    {
      title: 'visible to published, p95',
      unit: 's',
      points: minutesOf(({ p95 }) => p95),
      atMost: goal('p95 from visible to published'),
    },
    {
      title: 'resident memory',
      unit: 'MB',
      points: samples.map(({ minute, rssMb }) => ({ x: minute, y: rssMb })),
      atMost: goal('resident memory, most'),
    },
    {
      title: 'data folder',
      unit: 'MB',
      points: samples.map(({ minute, folderMb }) => ({ x: minute, y: folderMb })),
      atMost: 3 * run.liveMb,
    },
    {
      title: 'worst page',
      unit: 'ms',
      points: minutesOf(({ pageWorst }) => pageWorst),
      atMost: goal('page, worst answer'),
    },
    { title: 'messages waiting', unit: 'n', points: minutesOf(({ waiting }) => waiting) },
    { title: 'processors in use', unit: 'n', points: minutesOf(({ all }) => all) },
  ]),
);
if (options.json) process.stdout.write(`${JSON.stringify({ options, goals, rows, run })}\n`);
else process.stdout.write(`${text()}\n`);
if (!options.keep) rmSync(root, { recursive: true });
if (!goals.every(isReached)) process.exitCode = 1;

function text(): string {
  const { fates, processor, items, alerts, documents, notModified } = run;
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
    `start    ready after ${run.readySeconds.toFixed(1)} s, all feeds read after ${run.firstPollSeconds.toFixed(0)} s; drained ${run.drainSeconds.toFixed(0)} s after the last item; stopped in ${run.stopSeconds.toFixed(1)} s; ready again after ${run.restartSeconds.toFixed(1)} s`,
    `work     ${items} items, ${polls} answers of feeds (${notModified} not modified), ${alerts} alerts`,
    `matches  ${Object.entries(fates)
      .map(([fate, count]) => `${count} ${fate}`)
      .join(', ')}`,
    `CPU      ${processor.all.toFixed(1)} s: main thread ${processor.main.toFixed(1)}, embedded servers ${processor.servers.toFixed(1)}; farm ${processor.farm.toFixed(1)}; ${((1000 * processor.all) / items).toFixed(1)} ms an item`,
    `page     p99 ${percentile(pages, 0.99).toFixed(0)} ms of ${pages.length} answers`,
    `data     folder ${run.folderMb.toFixed(1)} MB, live about ${run.liveMb.toFixed(1)} MB`,
    `plot     ${options.plot}`,
    ...[...new Set(run.trouble)].slice(0, 10).map((line) => `TROUBLE  ${line}`),
    ...run.lost.slice(0, 10).map((line) => `LOST     ${line}`),
    '',
    ...goals.map(
      (one) =>
        `${isReached(one) ? 'reached' : 'MISSED '}  ${one.name}: ${round(one.value)} ${one.unit} (at most ${round(one.atMost)})`,
    ),
  ].join('\n');
}

function round(value: number): string {
  return value.toFixed(Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0);
}
