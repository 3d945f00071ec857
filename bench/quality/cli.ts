// npm run bench -- quality: see docs/benchmarks.md.
import { Command, Option } from 'commander';
import { disagreements } from './disagreements.ts';
import { COLLECTIONS, readNews, type Split } from './labelled-news.ts';
import { type Counts, measure, scoresOf, sumCounts, VARIANTS } from './measure.ts';
import { readTopics } from './topics.ts';

const options = new Command('bench quality')
  .description('Precision and recall of topics in the query language on labelled news.')
  .addOption(
    new Option('--split <name>', 'only one, for whoever writes topics').choices(['train', 'test'] as const),
  )
  .option(
    '--every <n>',
    'of so many items one is also matched by the plain reading of the language',
    Number,
    10,
  )
  .parse()
  .opts<{ split?: Split; every: number }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const splits: readonly Split[] = options.split ? [options.split] : ['train', 'test'];
const names = Object.keys(VARIANTS);
const { topics, faults } = readTopics();
if (faults[0]) throw faults[0];

function row(name: string, cells: readonly Counts[]): string {
  const numbers = cells.map((counts, n) => {
    const { precision, recall, f1 } = scoresOf(counts);
    // Of what a topic is compared with, one number will do.
    return n === 0 ? [precision, recall, f1] : [f1];
  });
  return `| ${[name, ...numbers.flat().map((number) => number.toFixed(2))].join(' | ')} |`;
}

const there = COLLECTIONS.filter((collection) => readNews(collection) !== undefined);
if (there.length === 0) say('There is nothing to measure on: ../shared/data/matching is missing.');

for (const split of there.length > 0 ? splits : []) {
  say(`\n| ${[split, 'precision', 'recall', ...names.map((name) => `F1 of ${name}`)].join(' | ')} |`);
  say(`| ${['---', '---', '---', ...names.map(() => '---')].join(' | ')} |`);
  const everything: Counts[][] = [];
  for (const collection of there) {
    const byVariant = names.map((variant) => measure(topics, collection, split, variant));
    const own = topics.filter((topic) => topic.collection === collection);
    const rows = own.map(({ id }) => byVariant.map((counts) => counts?.get(id) as Counts));
    for (const [n, { id }] of own.entries()) say(row(id, rows[n] ?? []));
    say(row(`${collection}, together`, averages(rows)));
    everything.push(...rows);
  }
  say(row('all, together', averages(everything)));
}

for (const collection of there) {
  const news = readNews(collection);
  if (!news) continue;
  const own = topics.filter((topic) => topic.collection === collection);
  const sample = splits.flatMap((split) => news[split]).filter((_, n) => n % options.every === 0);
  const found = disagreements(own, sample);
  say(
    `\n${collection}: engine and plain reading differ in ${found.length} of ${sample.length * own.length} answers`,
  );
  for (const { topic, title } of found) say(`  ${topic}: ${title}`);
  if (found.length > 0) process.exitCode = 1;
}

function averages(rows: readonly (readonly Counts[])[]): Counts[] {
  return names.map((_, n) => sumCounts(rows.map((cells) => cells[n] as Counts)));
}
