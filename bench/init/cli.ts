// npm run bench -- init: see docs/benchmarks.md.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { packTopics } from '../../functions/match/topics-file.ts';
import { environment } from '../../functions/shared/pipeline.ts';
import { bundleAll, functionEntry } from '../../lib/stage-bundling.ts';
import { timeColdStarts } from './cold-starts.ts';
import { formatFigures, percentilesOf, ratiosOf } from './percentiles.ts';
import { startServices } from './services.ts';
import { type Handler, timeWarm } from './warm.ts';
import { configuration, feedsToPoll, hitsToDeliver, itemsToMatch } from './work.ts';

const DEFAULT_ROUNDS = 30;
/** Maximum start time of a stage, as a multiple of that of an empty handler. */
const MAX_RATIO = 1.6;

const { rounds } = new Command('bench init')
  .description(
    'Measures the size of the functions, how long they take to start, and how long a warm function takes for an item.',
  )
  .option(
    '--rounds <n>',
    'how often everything is started; with fewer than 30 there is no verdict',
    Number,
    DEFAULT_ROUNDS,
  )
  .parse()
  .opts<{ rounds: number }>();

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-bench-'));
const say = (line = '') => process.stdout.write(`${line}\n`);
try {
  const bundles = bundleAll(
    {
      empty: fileURLToPath(new URL('empty.ts', import.meta.url)),
      dispatch: functionEntry('dispatch'),
      poll: functionEntry('poll'),
      match: functionEntry('match'),
      notify: functionEntry('notify'),
    },
    folder,
  );
  const services = await startServices(Array.from({ length: 50 }, (_, n) => `topic-${n}`));
  const config = configuration(services.feedsUrl);
  const configFile = join(folder, 'config.json');
  writeFileSync(configFile, JSON.stringify(config));
  const topicsFile = join(folder, 'topics.bin');
  writeFileSync(topicsFile, packTopics(config.topics));
  const functions = {
    ...services.environment,
    [environment.config]: configFile,
    [environment.topics]: topicsFile,
  };
  Object.assign(process.env, functions);
  // Only the variables that a function has on Lambda. A variable of the user could change how Node starts.
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...functions,
  };

  say(
    `Cold: whole processes on Node ${process.versions.node}, ${rounds} of each in turn. Median (10 % to 90 %).`,
  );
  say('function    bytes   ms                       times the empty handler');
  const files = Object.fromEntries(Object.entries(bundles).map(([name, { file }]) => [name, file]));
  const starts = timeColdStarts(files, env, rounds);
  for (const [name, file] of Object.entries(files)) {
    const times = starts[name] ?? [];
    const ratios = ratiosOf(times, starts.empty ?? []);
    // With fewer rounds, the result depends too much on other load.
    if (ratios.median > MAX_RATIO && rounds >= DEFAULT_ROUNDS) process.exitCode = 1;
    const late = ratios.median > MAX_RATIO ? `  more than ${MAX_RATIO}` : '';
    say(
      `${name.padEnd(10)} ${String(statSync(file).size).padStart(6)}   ${formatFigures(percentilesOf(times), 1).padEnd(24)} ${formatFigures(ratios, 2)}${late}`,
    );
  }

  say('\nWarm: the same bundles, with every service on loopback in this process. Median (10 % to 90 %).');
  say('for each                        ms                     times a read of a record');
  const warm = async (title: string, name: 'poll' | 'match' | 'notify', ...work: WarmWork) => {
    const { handler } = (await import(bundles[name].file)) as { handler: Handler };
    const { times, reads } = await timeWarm(handler, ...work, rounds * 3);
    say(
      `${title.padEnd(31)} ${formatFigures(percentilesOf(times), 3).padEnd(22)} ${formatFigures(ratiosOf(times, reads), 2)}`,
    );
  };
  await warm('item matched against 50 topics', 'match', itemsToMatch, 100);
  await warm('hit delivered', 'notify', hitsToDeliver, 4);
  await warm('feed polled, one of 20 is new', 'poll', feedsToPoll, 10);
  await services.stop();
} finally {
  rmSync(folder, { recursive: true });
}

type WarmWork = [eventOf: (round: number) => { readonly Records: readonly unknown[] }, itemsPerEvent: number];
