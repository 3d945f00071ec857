// npm run bench -- freshness: see docs/benchmarks.md.
import { Command } from 'commander';
import { hasRecordedWeek } from '../stories/recorded-week.ts';
import { inventWeeks } from './invented-weeks.ts';
import {
  byRate,
  fixed,
  type Lengths,
  learned,
  product,
  type Range,
  type Rates,
  usualGap,
  usualGapByHour,
} from './policies.ts';
import { readRecordedPublications } from './publications.ts';
import { DEFAULT_LEARNING, dailyRhythm, hindsight, type RateAt } from './rates.ts';
import { atBudget, changeOf, type Period, type Replay, type Result, replay } from './replay.ts';

const options = new Command('bench freshness')
  .description(
    'Compares polling policies: delay from publication to discovery, for the same number of polls.',
  )
  .option('--runs <n>', 'number of replays, each with other phases', Number, 20)
  .option('--coverage <share>', 'leave out feeds that were recorded more sparsely', Number, 0.9)
  .option('--weeks <n>', 'number of invented weeks', Number, 6)
  .option(
    '--half-life <days>',
    'after which what was learned counts half',
    Number,
    DEFAULT_LEARNING.halfLifeDays,
  )
  .option('--prior <days>', 'days of the mean rate mixed into each hour', Number, DEFAULT_LEARNING.priorDays)
  .parse()
  .opts<{ runs: number; coverage: number; weeks: number; halfLife: number; prior: number }>();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FIXED_MINUTES = [5, 10, 15, 20, 30, 60];
const RANGES = [
  [5, 20],
  [5, 60],
  [10, 60],
  [15, 120],
] as const;
/** All measured feeds were recorded in this time. The first two days are for learning. */
const WEEK: Period = {
  from: Date.parse('2020-04-22T00:00Z'),
  measureFrom: Date.parse('2020-04-24T00:00Z'),
  to: Date.parse('2020-04-27T21:00Z'),
};
const MIN_ITEMS = 10;
const learning = { ...DEFAULT_LEARNING, halfLifeDays: options.halfLife, priorDays: options.prior };

const say = (line: string) => process.stdout.write(`${line}\n`);

if (hasRecordedWeek()) await reportAll();
else say('Skipped: no data to measure, since ../shared/data/replay is missing.');

async function reportAll(): Promise<void> {
  const recorded = await readRecordedPublications();
  const feeds = recorded.filter(({ from, to, coverage, times }) => {
    return from <= WEEK.from && to >= WEEK.to && coverage >= options.coverage && times.length >= MIN_ITEMS;
  });
  const [items, late] = [
    feeds.flatMap(({ times }) => times),
    feeds.reduce((sum, feed) => sum + feed.late, 0),
  ];
  say(
    `${feeds.length} of ${recorded.length} feeds: ${feeds.map(({ id, times }) => `${id} ${times.length}`).join(', ')}`,
  );
  say(`${items.length} items; ${late} more left out, which appeared later than their date says`);

  say('\nThe recorded week\n');
  const rhythms = new Map(feeds.map(({ id, times }) => [id, dailyRhythm(times, WEEK.from, WEEK.to)]));
  report({ feeds, period: WEEK, runs: options.runs }, [
    ['oracle: the week’s rates by hour of the day', ratesOf(rhythms)],
    [
      'oracle: items of each single hour',
      ratesOf(new Map(feeds.map(({ id, times }) => [id, hindsight(times)]))),
    ],
  ]);

  const weeks: Period = {
    from: WEEK.from,
    measureFrom: WEEK.from + (options.weeks - 1) * 7 * DAY_MS,
    to: WEEK.from + options.weeks * 7 * DAY_MS,
  };
  say(`\n${options.weeks} invented weeks with these rates, of which the last is measured\n`);
  const invented = inventWeeks(rhythms, weeks.from, weeks.to);
  report({ feeds: invented, period: weeks, runs: Math.ceil(options.runs / 4) }, [
    ['oracle: the true rates', ratesOf(rhythms)],
  ]);
}

function ratesOf(byFeed: ReadonlyMap<string, RateAt>): Rates {
  return (id) => ({ rateAt: byFeed.get(id) as RateAt });
}

function report(setup: Replay, oracles: readonly (readonly [string, Rates])[]): void {
  const { measureFrom, to } = setup.period;
  const measured = setup.feeds.flatMap(({ times }) =>
    times.filter((time) => time >= measureFrom && time < to),
  );
  say(`${measured.length} measured items\n`);
  say(
    '| policy | mean delay, min | p90 | polls per day and feed | interval factor | mean delay, relative to the product’s | better feeds |',
  );
  say('| --- | --- | --- | --- | --- | --- | --- |');
  for (const minutes of FIXED_MINUTES) row(`every ${minutes}m`, replay(setup, fixed(minutes * MINUTE_MS)));
  for (const [every, everyAtMost] of RANGES) {
    reportRange(setup, { every: every * MINUTE_MS, everyAtMost: everyAtMost * MINUTE_MS }, oracles);
  }
}

function reportRange(setup: Replay, range: Range, oracles: readonly (readonly [string, Rates])[]): void {
  const reference = replay(setup, product(range));
  row(`**the product’s, ${range.every / MINUTE_MS}m to ${range.everyAtMost / MINUTE_MS}m**`, reference);
  const contenders: readonly (readonly [string, Rates, Lengths])[] = [
    ['one interval for all feeds', () => ({ rateAt: () => 1 }), 'any'],
    ['gaps alone, doubled', usualGap, 'doubled'],
    ['gaps alone, any interval', usualGap, 'any'],
    ['learned mean, doubled', learned({ ...learning, hours: false }), 'doubled'],
    ['learned mean, any interval', learned({ ...learning, hours: false }), 'any'],
    ['learned hours, doubled', learned(learning), 'doubled'],
    ['learned hours, any interval', learned(learning), 'any'],
    ['learned hours and weekend, any interval', learned({ ...learning, weekend: true }), 'any'],
    ['gaps and hours, doubled', usualGapByHour, 'doubled'],
    ['gaps and hours, any interval', usualGapByHour, 'any'],
    ...oracles.map(([name, rates]) => [name, rates, 'any'] as const),
  ];
  for (const [name, rates, lengths] of contenders) {
    const found = atBudget(setup, reference.polls, (scale) => byRate(rates, scale, range, lengths));
    // The product's own interval is the square root of `every` times the gap, a factor of 1.
    const factor = found && found.scale / Math.sqrt(range.every / HOUR_MS);
    if (found) row(name, found.result, { reference, factor });
    else say(`| ${name} | not possible with this number of polls | | | | | |`);
  }
}

interface Compared {
  readonly reference: Result;
  readonly factor: number | undefined;
}

function row(name: string, result: Result, compared?: Compared): void {
  const minutes = (ms: number, digits: number) => (ms / MINUTE_MS).toFixed(digits);
  const percent = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
  const change = compared && changeOf(result, compared.reference);
  const cells = [
    name,
    minutes(result.mean, 2),
    minutes(result.p90, 1),
    result.polls.toFixed(1),
    compared?.factor?.toFixed(2) ?? '',
    change ? `${percent(change.mean)} (${percent(change.low)} to ${percent(change.high)})` : '',
    change ? `${change.betterFeeds} of ${result.feeds.length}` : '',
  ];
  say(`| ${cells.join(' | ')} |`);
}
