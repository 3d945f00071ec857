// npm run bench -- stories: see docs/benchmarks.md.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { type ReplayedAlert, replaySnapshots } from '../../cli/replay/replay-snapshots.ts';
import { readSnapshots } from '../../cli/replay/snapshots.ts';
import { parseConfig } from '../../config/load.ts';
import { STORY_WINDOW_MS } from '../../functions/notify/story/find-story.ts';
import { bCubed } from './b-cubed.ts';
import { addTopicCounts, countLines, emptyCounts, type LabelledTopic } from './delivery-counts.ts';
import { groupAllKnown, groupInOrder } from './groupings.ts';
import {
  hasLabelledItems,
  LABELLED_FOLDER,
  type LabelledItem,
  readLabelledItems,
  splitByStory,
  splitByTopic,
} from './labelled-items.ts';
import { hasRecordedWeek, unpackWeek, weekItems } from './recorded-week.ts';
import { singleLink } from './single-link.ts';
import { timePerHit } from './time-per-hit.ts';
import { fitWeights, STORIES_PER_PART, TOPIC_COUNT } from './train.ts';

const options = new Command('bench stories')
  .description('Measures how well items are grouped into stories, and which alerts a labelled week produces.')
  .option('--fit', 'fit the weights again on the training data; takes some minutes and 2 GB of memory')
  .option('--alerts <file>', 'write the messages of the week to this file, as JSON lines')
  .parse()
  .opts<{ fit?: true; alerts?: string }>();

const say = (line: string) => process.stdout.write(`${line}\n`);

if (!hasLabelledItems() || !hasRecordedWeek()) {
  say(`Nothing to measure: expected labelled items in ${LABELLED_FOLDER}, and a recorded week beside them.`);
  process.exit(1);
}
if (options.fit) {
  fitWeights();
  say('Weights written. Run again without --fit to measure them.');
  process.exit();
}

/** Prints a row of mean scores over several sets. */
function report(name: string, sets: readonly (readonly LabelledItem[])[], window?: number): void {
  const mean = (score: (items: readonly LabelledItem[]) => number) =>
    sets.reduce((sum, set) => sum + score(set), 0) / sets.length;
  const gold = (set: readonly LabelledItem[]) => set.map(({ story }) => story);
  const f1 = (group: typeof groupAllKnown) =>
    mean((set) => bCubed(gold(set), group(set, window)).f1).toFixed(3);
  const baseline = mean((set) => singleLink(set, window ?? Number.POSITIVE_INFINITY).f1).toFixed(3);
  say([name.padEnd(28), f1(groupAllKnown), f1(groupInOrder), baseline].join('   '));
}

say(`${'B-cubed F1'.padEnd(28)}   all known   as they come   TF-IDF, single link`);
for (const text of [false, true]) {
  const kind = text ? 'texts' : 'titles';
  const all = readLabelledItems('allsides-lrc-train', text);
  report(`train, ${kind}`, splitByStory(all, STORIES_PER_PART));
  report(`train as topics, ${kind}`, splitByTopic(all, TOPIC_COUNT));
  report(`val, ${kind}`, [readLabelledItems('allsides-lrc-val', text)]);
}
const basil = readLabelledItems('basil-titles', false).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
report('basil, titles, 3 days', [basil], STORY_WINDOW_MS);

say('\nTime of an item in notify, by open stories of six signatures each:');
for (const open of [10, 100, 500])
  say(`  ${open}: ${timePerHit(readLabelledItems('allsides-lrc-train', true), open).toFixed(2)} ms`);

interface Labels {
  readonly topics: readonly (LabelledTopic & { readonly name: string; readonly match: string })[];
}
const labels = JSON.parse(readFileSync(join(import.meta.dirname, 'labels.json'), 'utf8')) as Labels;

/** Replays the recorded week with the labelled topics, and prints what was delivered. */
async function reportWeek(): Promise<void> {
  const folder = unpackWeek();
  try {
    const snapshots = readSnapshots(folder);
    const text = JSON.stringify({
      feeds: ['https://example.com/feed'],
      topics: labels.topics.map(({ id, name, match }) => ({ id, name, match })),
    });
    const { config } = parseConfig(text, 'labels.json', {});
    const alerts: ReplayedAlert[] = [];
    await replaySnapshots({
      folder: snapshots,
      config,
      onAlert: (alert) => void alerts.push(alert),
      onFailure: () => undefined,
      onProgress: (done, of) => {
        if (done % 100 === 0) process.stderr.write(`replayed ${done} of ${of} snapshots\n`);
      },
    });
    if (options.alerts)
      writeFileSync(options.alerts, alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(''));
    const week = await weekItems(snapshots);
    say('\nA week of 22 feeds, with labelled topics:');
    for (const kind of new Set(labels.topics.map((topic) => topic.kind))) {
      const sum = emptyCounts();
      for (const topic of labels.topics) if (topic.kind === kind) addTopicCounts(sum, topic, alerts, week);
      for (const line of countLines(`${kind} topics`, sum)) say(line);
    }
    const kinds = Map.groupBy(alerts, ({ kind }) => kind);
    say(`messages: ${[...kinds].map(([kind, all]) => `${all.length} ${kind}`).join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await reportWeek();
