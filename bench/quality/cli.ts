// npm run bench -- quality: see docs/benchmarks.md.
import { Command, Option } from 'commander';
import { disagreements } from './disagreements.ts';
import { COLLECTIONS, readNews, type Split } from './labelled-news.ts';
import { type Counts, measure, scoresOf, sumCounts, VARIANTS } from './measure.ts';
import { readTopics } from './topics.ts';

const options = new Command('bench quality')
  .description('Measures the precision and recall of topics on labelled news.')
  .addOption(
    new Option('--split <name>', 'measure only one split; use train while you write topics').choices([
      'train',
      'test',
    ] as const),
  )
  .option('--every <n>', 'also check every nth item with the plain evaluation of queries', Number, 10)
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
    // For the variants, F1 alone is enough.
    return n === 0 ? [precision, recall, f1] : [f1];
  });
  return `| ${[name, ...numbers.flat().map((number) => number.toFixed(2))].join(' | ')} |`;
}

const available = COLLECTIONS.filter((collection) => readNews(collection) !== undefined);
if (available.length === 0) say('No data to measure: ../shared/data/matching is missing.');

for (const split of available.length > 0 ? splits : []) {
  say(`\n| ${[split, 'precision', 'recall', ...names.map((name) => `F1 of ${name}`)].join(' | ')} |`);
  say(`| ${['---', '---', '---', ...names.map(() => '---')].join(' | ')} |`);
  const allRows: Counts[][] = [];
  for (const collection of available) {
    const byVariant = names.map((variant) => measure(topics, collection, split, variant));
    const collectionTopics = topics.filter((topic) => topic.collection === collection);
    const rows = collectionTopics.map(({ id }) => byVariant.map((counts) => counts?.get(id) as Counts));
    for (const [n, { id }] of collectionTopics.entries()) say(row(id, rows[n] ?? []));
    say(row(`${collection}, together`, sums(rows)));
    allRows.push(...rows);
  }
  say(row('all, together', sums(allRows)));
}

for (const collection of available) {
  const news = readNews(collection);
  if (!news) continue;
  const collectionTopics = topics.filter((topic) => topic.collection === collection);
  const sample = splits.flatMap((split) => news[split]).filter((_, n) => n % options.every === 0);
  const found = disagreements(collectionTopics, sample);
  say(
    `\n${collection}: the engine and the plain evaluation differ in ${found.length} of ${sample.length * collectionTopics.length} results`,
  );
  for (const { topic, title } of found) say(`  ${topic}: ${title}`);
  if (found.length > 0) process.exitCode = 1;
}

function sums(rows: readonly (readonly Counts[])[]): Counts[] {
  return names.map((_, n) => sumCounts(rows.map((cells) => cells[n] as Counts)));
}
