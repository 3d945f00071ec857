// npm run bench -- match: see docs/benchmarks.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { formatFigures, percentilesOf, ratiosOf } from '../init/percentiles.ts';
import { build, coldStarter, type Start } from './cold-start.ts';
import { CONTENDERS, type ContenderName } from './contenders.ts';
import { contest } from './contest.ts';
import { featureTimes } from './feature-times.ts';
import { queryTexts, STYLES, type Style } from './query-texts.ts';
import { Workload } from './workload.ts';

/** Minimum ratio of the Aho-Corasick automaton's time to ours, by number of topics. */
const GOALS: Readonly<Record<number, number>> = { 1000: 4, 10000: 8, 100000: 12 };
/** Maximum ratio of the time of all query features together to that of exact forms. */
const MAX_MIX_RATIO = 2;
const WORDS = [60, 400] as const;
const FEATURE_TOPICS = 10_000;
const FEATURE_ROUNDS = 3;
const COLD_ROUNDS = 9;

const { rounds, seed, quick } = new Command('bench match')
  .description('Measures matching an item against all topics, compared with simple solutions from npm.')
  .option('--rounds <n>', 'rounds of measurements', Number, 9)
  .option('--seed <n>', 'seed of the invented language, topics and news', Number, 1)
  .option('--quick', 'small workloads, without checking the goals', false)
  .parse()
  .opts<{ rounds: number; seed: number; quick: boolean }>();

const TITLES: Readonly<Record<ContenderName, string>> = {
  ours: 'ours',
  ahoCorasick: '@monyone/aho-corasick',
  includes: 'a loop over includes',
};
const itemCount = quick ? 100 : 2_000;
const counts = quick ? [200] : [1_000, 10_000, 100_000];
const say = (line = '') => process.stdout.write(`${line}\n`);
const fail = (line: string) => {
  if (!quick) process.exitCode = 1;
  say(line);
};
const workload = new Workload(seed);

compareContenders();
compareStyles();
measureStarts();

function compareContenders(): void {
  say(`Exact forms: processor time per item, us, and ratio to ours: median (10 % to 90 %).`);
  for (const count of counts) {
    const results = contest(
      workload.topics(count),
      WORDS.map((words) => workload.items(itemCount, words)),
      quick ? 1 : rounds,
    );
    results.forEach(({ times, hitsPerItem }, n) => {
      say(`\n${count} topics, ${WORDS[n]} words, ${hitsPerItem.toFixed(1)} hits per item`);
      for (const name of Object.keys(CONTENDERS) as ContenderName[]) {
        const ratios = ratiosOf(times[name], times.ours);
        say(
          `  ${TITLES[name].padEnd(22)} ${formatFigures(percentilesOf(times[name]), 1).padEnd(32)} ${formatFigures(ratios, 1)}`,
        );
        const goal = GOALS[count] ?? 0;
        if (name === 'ahoCorasick' && ratios.median < goal)
          fail(`  expected at least ${goal} times as long as ours`);
      }
    });
  }
}

function compareStyles(): void {
  const topics = quick ? 200 : FEATURE_TOPICS;
  say(
    `\nQuery features, ${topics} topics: processor time per item, us; ratio to exact forms; hits per item.`,
  );
  const all = featureTimes(
    quick ? ['exact', 'mix'] : (Object.keys(STYLES) as Style[]),
    { seed, topics, items: itemCount, warmUp: quick ? 20_000 : 600_000 },
    quick ? 1 : FEATURE_ROUNDS,
  );
  for (const [style, times] of all) {
    const cells = WORDS.map((words, n) => {
      const timesOf = (one: Style) => all.get(one)?.map((round) => round[n]?.microseconds ?? 0) ?? [];
      const ratio = ratiosOf(timesOf(style), timesOf('exact')).median;
      if (style === 'mix' && ratio > MAX_MIX_RATIO)
        say(
          `  ${words} words: all features together take more than ${MAX_MIX_RATIO} times as long as exact forms`,
        );
      const hits = times[0]?.[n]?.hits ?? 0;
      return `${percentilesOf(timesOf(style)).median.toFixed(1).padStart(7)} ${ratio.toFixed(2).padStart(5)} ${hits.toFixed(1).padStart(6)}`;
    });
    say(`  ${STYLES[style].padEnd(52)} ${cells.join('   ')}`);
  }
}

function measureStarts(): void {
  say(
    '\nBuild and start: processor time, ms. Each start is a new process, with a bundle as in a deployment.',
  );
  say(
    '  topics           parse  compile  bytes/topic   load | import  load  first 100 items: 60 words, 400 words',
  );
  const folder = mkdtempSync(join(tmpdir(), 'news-alerts-bench-match-'));
  try {
    const start = coldStarter(folder);
    for (const style of ['exact', 'mix'] as const) {
      for (const count of counts) {
        const { parse, compile, bytes, load } = build(queryTexts(workload.topics(count), style));
        const starts = WORDS.map((words) => {
          const items = workload.items(100, words);
          return Array.from({ length: quick ? 1 : COLD_ROUNDS }, () => start(bytes, items));
        });
        const median = (part: number, of: readonly Start[]) =>
          percentilesOf(of.map((times) => times[part] ?? Number.NaN)).median;
        const [few = [], many = []] = starts;
        const figures = [
          parse.toFixed(0).padStart(6),
          compile.toFixed(0).padStart(8),
          (bytes.length / count).toFixed(0).padStart(12),
          load.toFixed(2).padStart(6),
          median(0, few).toFixed(1).padStart(8),
          median(1, few).toFixed(1).padStart(5),
          median(2, few).toFixed(1).padStart(8),
          median(2, many).toFixed(1).padStart(8),
        ];
        say(`  ${String(count).padStart(6)} ${style.padEnd(6)}${figures.join(' ')}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
