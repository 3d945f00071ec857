// npm run bench:group: see docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { STORY_WINDOW_MS } from '../../functions/notify/story.ts';
import { bCubed } from './b-cubed.ts';
import { singleLink } from './baseline.ts';
import { arrivingItems, settledItems } from './group-items.ts';
import { headlinePairs } from './headline-pairs.ts';
import {
  haveLabelled,
  LABELLED,
  type LabelledItem,
  labelled,
  parts,
  topics,
  unrelated,
  within,
} from './labelled.ts';

import { mergesOf, sampled } from './merges.ts';
import { STORIES, TOPICS, train } from './train.ts';

const options = new Command('bench:group')
  .description('How well items are grouped into stories, beside TF-IDF with single links.')
  .option('--fit', 'fit the weights anew, on the training side alone; takes some minutes and 2 GB')
  .option('--merges <file>', 'write 200 merges there, to be read by eye')
  .parse()
  .opts<{ fit?: true; merges?: string }>();

const say = (line: string) => process.stdout.write(`${line}\n`);

if (!haveLabelled()) {
  say(`There is nothing to measure: expected labelled items in ${LABELLED}.`);
  process.exit(1);
}
if (options.fit) {
  train();
  say('Weights written. Run again without --fit to measure them.');
  process.exit();
}

interface Way {
  readonly name: string;
  readonly group: (items: readonly LabelledItem[], window?: number) => number[];
}

const WAYS: readonly Way[] = [
  { name: 'once all have come', group: settledItems },
  { name: 'as they come', group: arrivingItems },
];

/** Of several sets, their means. */
function report(name: string, sets: readonly (readonly LabelledItem[])[], window?: number): void {
  const mean = (of: (items: readonly LabelledItem[], n: number) => number) =>
    sets.reduce((sum, set, n) => sum + of(set, n), 0) / sets.length;
  const gold = (set: readonly LabelledItem[]) => set.map(({ story }) => story);
  say(
    `${name}; baseline ${mean((set) => singleLink(set, window ?? Number.POSITIVE_INFINITY).f1).toFixed(3)}`,
  );
  for (const way of WAYS) {
    const before = process.cpuUsage();
    const found = sets.map((items) => way.group(items, window));
    const { user, system } = process.cpuUsage(before);
    const items = sets.reduce((sum, set) => sum + set.length, 0);
    const score = sets.map((set, n) => bCubed(gold(set), found[n] ?? []));
    const told = sets.map((set, n) => tellings(set, found[n] ?? []));
    const figures = [
      mean((_, n) => score[n]?.f1 ?? 0).toFixed(3),
      mean((_, n) => score[n]?.precision ?? 0).toFixed(3),
      mean((_, n) => score[n]?.recall ?? 0).toFixed(3),
      `${(100 * mean((set, n) => falsePairs(set, found[n] ?? []))).toFixed(3)} %`,
      mean((_, n) => told[n]?.alerts ?? 0).toFixed(2),
      `${(100 * mean((_, n) => told[n]?.lost ?? 0)).toFixed(1)} %`,
      `${Math.round((user + system) / items)}`,
    ];
    say([`  ${way.name}`.padEnd(24), ...figures.map((figure) => figure.padStart(9))].join(''));
  }
}

/** Of the pairs of items of different stories, the share that ends in one. */
function falsePairs(items: readonly LabelledItem[], found: readonly number[]): number {
  let [unrelated, together] = [0, 0];
  for (const [n, { story }] of items.entries()) {
    for (let m = 0; m < n; m++) {
      if (items[m]?.story === story) continue;
      unrelated++;
      if (found[m] === found[n]) together++;
    }
  }
  return together / (unrelated || 1);
}

/** Alerts for a story, and the share of stories of which all items joined others, so that nobody would be told. */
function tellings(
  items: readonly LabelledItem[],
  found: readonly number[],
): { alerts: number; lost: number } {
  const told = new Map<string, number>();
  const opened = new Set<number | undefined>();
  for (const [n, { story }] of items.entries()) {
    told.set(story, (told.get(story) ?? 0) + (opened.has(found[n]) ? 0 : 1));
    opened.add(found[n]);
  }
  const counts = [...told.values()];
  return {
    alerts: counts.reduce((sum, count) => sum + count, 0) / counts.length,
    lost: counts.filter((count) => count === 0).length / counts.length,
  };
}

const COLUMNS = ['F1', 'P', 'R', 'pairs', 'alerts', 'lost', 'µs/item'];
say(`${'B-cubed'.padEnd(24)}${COLUMNS.map((name) => name.padStart(9)).join('')}`);
for (const text of [false, true]) {
  const kind = text ? 'texts' : 'titles';
  const all = labelled('allsides-lrc-train', text);
  report(`train, ${kind}`, parts(all, STORIES));
  report(`train as topics, ${kind}`, topics(all, TOPICS));
  report(`val, ${kind}`, [labelled('allsides-lrc-val', text)]);
}
const basil = labelled('basil-titles', false).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
report('basil, titles, 3 days', [basil], STORY_WINDOW_MS);

say(
  '\nItems of as many stories, in sets; pairs that end in one story, once all have come: undated, within three days',
);
for (const text of [false, true]) {
  for (const size of [2, 10, 30, 100]) {
    const sets = unrelated(labelled('allsides-lrc-train', text), size);
    const share = (of: readonly (readonly LabelledItem[])[]) =>
      of.reduce((sum, set) => sum + falsePairs(set, settledItems(set, STORY_WINDOW_MS)), 0) / of.length;
    say(
      `  ${text ? 'texts' : 'titles'}, ${size}: ${(100 * share(sets)).toFixed(2)} %, ${(100 * share(sets.map(within))).toFixed(2)} %`,
    );
  }
}

say('\nHeadlines by how alike people found them, and the share that would be one story, once all have come:');
for (const { alike, pairs, joined } of headlinePairs()) {
  say(`  ${alike} (${pairs} pairs): ${(100 * joined).toFixed(1)} %`);
}

if (options.merges) {
  const items = labelled('allsides-lrc-val', true);
  writeFileSync(options.merges, sampled(mergesOf(items, arrivingItems(items)), 200));
}
