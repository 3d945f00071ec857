// npm run bench -- poll: see docs/benchmarks.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { formatFigures, percentilesOf, ratiosOf } from '../init/percentiles.ts';
import { measureChangedFeeds } from './changed-feed.ts';
import type { PassResult } from './client.ts';
import { CONTENDERS, type ContenderName } from './contenders.ts';
import { canPin, runClient, startFeedServer } from './processes.ts';

const { feeds, rounds, root } = new Command('bench poll')
  .description('Compares the cost of polling feeds with the cost of only fetching them.')
  .option('--feeds <n>', 'feeds on loopback, each with its own server', Number, 1_000)
  .option('--rounds <n>', 'rounds of measurements', Number, 7)
  .option('--root <checkout>', 'another checkout, in which changed feeds are polled as well')
  .parse()
  .opts<{ feeds: number; rounds: number; root?: string }>();

const TITLES: Readonly<Record<ContenderName, string>> = {
  floor: 'undici alone',
  fetch: 'our fetch',
  read: 'our fetch and parser',
  poll: 'our whole poll',
  'rss-parser': 'undici + rss-parser',
  feedsmith: 'undici + feedsmith',
};
const NAMES = Object.keys(CONTENDERS) as ContenderName[];
/** Maximum CPU time of a poll of mostly unchanged feeds, as a multiple of the floor. */
const MAX_UNCHANGED = 1.4;
/** A round of changed feeds takes a tenth of a second. */
const CHANGED_ROUNDS_PER_ROUND = 6;

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-bench-poll-'));
const print = (line = '') => process.stdout.write(`${line}\n`);
const urlsFile = join(folder, 'urls');
try {
  await changed();
  await speed();
  await misbehaviour();
} finally {
  rmSync(folder, { recursive: true });
}

/** Measures polls of feeds with 1 new entry of 20, without the fetch and the calls to services. */
async function changed(): Promise<void> {
  const roots = [join(import.meta.dirname, '../..'), ...(root === undefined ? [] : [resolve(root)])];
  const [own = [], other] = await measureChangedFeeds(roots, rounds * CHANGED_ROUNDS_PER_ROUND);
  print('Changed: 1 new entry of 20, without the fetch. CPU ms per poll: median (10 % to 90 %).');
  print(`this checkout          ${formatFigures(percentilesOf(own), 2)}`);
  if (!other) return;
  print(`${root}: ${formatFigures(percentilesOf(other), 2)}`);
  print(`this checkout, as a multiple of it: ${formatFigures(ratiosOf(own, other), 2)}`);
}

async function speed(): Promise<void> {
  const server = await startFeedServer(feeds, 0);
  writeFileSync(urlsFile, server.urls.join('\n'));
  const results = new Map<ContenderName, PassResult[]>();
  for (let round = 0; round < rounds; round++) {
    const run = (as: ContenderName) =>
      runClient(as, ['--urls', urlsFile, '--state', join(folder, String(round))]);
    // The first pass only makes the states.
    for (const as of NAMES) await run(as);
    await server.tick();
    for (const as of NAMES) results.set(as, [...(results.get(as) ?? []), await run(as)]);
  }
  await server.stop();
  print(
    `\n${feeds} feeds, ${rounds} rounds, each pass in its own process${canPin ? ' on one processor' : ''}.`,
  );
  print('95 % unchanged, answered with 304. CPU seconds per 1,000 feeds: median (10 % to 90 %).');
  print('                       CPU s                     times undici alone       peak MB');
  const floor = (results.get('floor') ?? []).map(({ cpuPer1000 }) => cpuPer1000);
  for (const as of NAMES) {
    const all = results.get(as) ?? [];
    const cpu = all.map(({ cpuPer1000 }) => cpuPer1000);
    const ratios = ratiosOf(cpu, floor);
    const excess = as === 'poll' && ratios.median > MAX_UNCHANGED ? `  more than ${MAX_UNCHANGED}` : '';
    if (excess !== '') process.exitCode = 1;
    const peak = Math.max(...all.map(({ peakRssMb }) => peakRssMb));
    print(
      `${TITLES[as].padEnd(22)} ${formatFigures(percentilesOf(cpu), 2).padEnd(25)} ${formatFigures(ratios, 2).padEnd(24)} ${peak}${excess}`,
    );
  }
  const outcomes = results.get('poll')?.map(({ outcomes }) => JSON.stringify(outcomes));
  print(`our poll: ${[...new Set(outcomes)].join(' ')}`);
}

/** Compares healthy feeds alone with the same feeds among a tenth of misbehaving ones. */
async function misbehaviour(): Promise<void> {
  const server = await startFeedServer(feeds, 0.1);
  print('\nA tenth of the feeds are slow, reset, hang, drip, send a zip bomb, or redirect for ever.');
  for (const [title, urls] of [
    ['without them', server.urls.slice(0, server.healthy)],
    ['with them', server.urls],
  ] as const) {
    writeFileSync(urlsFile, urls.join('\n'));
    const state = join(folder, title);
    const result = await runClient('poll', [
      ...['--urls', urlsFile, '--state', state, '--first', String(server.healthy)],
    ]);
    print(
      `${title.padEnd(13)} last healthy feed after ${result.firstSeconds.toFixed(1)} s, all after ${result.seconds.toFixed(1)} s, peak ${result.peakRssMb} MB: ${JSON.stringify(result.outcomes)}`,
    );
  }
  await server.stop();
}
