// npm run bench:stories: see docs/benchmarks.md.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { STORY_WINDOW_MS } from '../../functions/notify/story/find-story.ts';
import { parseConfig } from '../../functions/shared/config/load.ts';
import { type ReplayedAlert, replay } from '../../local/replay/replay.ts';
import { readSnapshots } from '../../local/replay/snapshots.ts';
import { bCubed } from './b-cubed.ts';
import { singleLink } from './baseline.ts';
import { addDelivered, deliveredLines, emptyDelivered, type LabelledTopic } from './delivered.ts';
import { arriving, settled } from './groupings.ts';
import { haveLabelled, LABELLED, type LabelledItem, labelled, parts, topics } from './labelled.ts';
import { perHit } from './per-hit.ts';
import { STORIES, TOPICS, train } from './train.ts';
import { haveWeek, itemsOf, unpackWeek } from './week.ts';

const options = new Command('bench:stories')
  .description('How well items are grouped into stories, and what is delivered of a labelled week.')
  .option('--fit', 'fit the weights anew, on the training side alone; takes some minutes and 2 GB')
  .option('--alerts <file>', 'write the messages of the week there, as JSON lines')
  .parse()
  .opts<{ fit?: true; alerts?: string }>();

const say = (line: string) => process.stdout.write(`${line}\n`);

if (!haveLabelled() || !haveWeek()) {
  say(
    `There is nothing to measure: expected labelled items in ${LABELLED}, and a recorded week beside them.`,
  );
  process.exit(1);
}
if (options.fit) {
  train();
  say('Weights written. Run again without --fit to measure them.');
  process.exit();
}

/** Of several sets, their means. */
function report(name: string, sets: readonly (readonly LabelledItem[])[], window?: number): void {
  const mean = (of: (items: readonly LabelledItem[]) => number) =>
    sets.reduce((sum, set) => sum + of(set), 0) / sets.length;
  const gold = (set: readonly LabelledItem[]) => set.map(({ story }) => story);
  const f1 = (group: typeof settled) => mean((set) => bCubed(gold(set), group(set, window)).f1).toFixed(3);
  const baseline = mean((set) => singleLink(set, window ?? Number.POSITIVE_INFINITY).f1).toFixed(3);
  say([name.padEnd(28), f1(settled), f1(arriving), baseline].join('   '));
}

say(`${'B-cubed F1'.padEnd(28)}   all known   as they come   TF-IDF, single link`);
for (const text of [false, true]) {
  const kind = text ? 'texts' : 'titles';
  const all = labelled('allsides-lrc-train', text);
  report(`train, ${kind}`, parts(all, STORIES));
  report(`train as topics, ${kind}`, topics(all, TOPICS));
  report(`val, ${kind}`, [labelled('allsides-lrc-val', text)]);
}
const basil = labelled('basil-titles', false).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
report('basil, titles, 3 days', [basil], STORY_WINDOW_MS);

say('\nTime of an item in notify, by open stories of six signatures each:');
for (const open of [10, 100, 500])
  say(`  ${open}: ${perHit(labelled('allsides-lrc-train', true), open).toFixed(2)} ms`);

interface Labels {
  readonly topics: readonly (LabelledTopic & { readonly name: string; readonly match: string })[];
}
const labels = JSON.parse(readFileSync(join(import.meta.dirname, 'labels.json'), 'utf8')) as Labels;

/** The week, with the topics of the labels. */
async function deliveredOfTheWeek(): Promise<void> {
  const folder = unpackWeek();
  try {
    const snapshots = readSnapshots(folder);
    const text = JSON.stringify({
      feeds: ['https://example.com/feed'],
      topics: labels.topics.map(({ id, name, match }) => ({ id, name, match })),
    });
    const { config } = parseConfig(text, 'labels.json', {});
    const alerts: ReplayedAlert[] = [];
    await replay({
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
    const week = await itemsOf(snapshots);
    say('\nA week of 22 feeds, with labelled topics:');
    for (const kind of new Set(labels.topics.map((topic) => topic.kind))) {
      const sum = emptyDelivered();
      for (const topic of labels.topics) if (topic.kind === kind) addDelivered(sum, topic, alerts, week);
      for (const line of deliveredLines(`${kind} topics`, sum)) say(line);
    }
    const kinds = Map.groupBy(alerts, ({ kind }) => kind);
    say(`messages: ${[...kinds].map(([kind, all]) => `${all.length} ${kind}`).join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await deliveredOfTheWeek();
