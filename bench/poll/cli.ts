// npm run bench -- poll: see docs/benchmarks.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { formatFigures, percentilesOf, ratiosOf } from '../init/percentiles.ts';
import type { PassResult } from './client.ts';
import { CONTENDERS, type ContenderName } from './contenders.ts';
import { canPin, runClient, startFeedServer } from './processes.ts';

const { feeds, rounds } = new Command('bench poll')
  .description('Compares the cost of polling feeds with the cost of only fetching them.')
  .option('--feeds <n>', 'feeds on loopback, each with its own server', Number, 1_000)
  .option('--rounds <n>', 'rounds of measurements', Number, 7)
  .parse()
  .opts<{ feeds: number; rounds: number }>();

const TITLES: Readonly<Record<ContenderName, string>> = {
  floor: 'undici alone',
  fetch: 'our fetch',
  read: 'our fetch and parser',
  poll: 'our whole poll',
  'rss-parser': 'undici + rss-parser',
  feedsmith: 'undici + feedsmith',
};
const NAMES = Object.keys(CONTENDERS) as ContenderName[];
/** Maximum CPU time of a poll, as a multiple of the floor. */
const GOALS = { cold: 2.0, unchanged: 1.4 } as const;

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-bench-poll-'));
const print = (line = '') => process.stdout.write(`${line}\n`);
const urlsFile = join(folder, 'urls');
try {
  await speed();
  await misbehaviour();
} finally {
  rmSync(folder, { recursive: true });
}

async function speed(): Promise<void> {
  const server = await startFeedServer(feeds, 0);
  writeFileSync(urlsFile, server.urls.join('\n'));
  const results = { cold: new Map<string, PassResult[]>(), unchanged: new Map<string, PassResult[]>() };
  for (let round = 0; round < rounds; round++) {
    for (const pass of ['cold', 'unchanged'] as const) {
      if (pass === 'unchanged') await server.tick();
      for (const as of NAMES) {
        const result = await runClient(as, ['--urls', urlsFile, '--state', join(folder, String(round))]);
        results[pass].set(as, [...(results[pass].get(as) ?? []), result]);
      }
    }
  }
  await server.stop();
  print(
    `${feeds} feeds, ${rounds} rounds, each pass in its own process${canPin ? ' on one processor' : ''}.`,
  );
  for (const [pass, title] of [
    ['cold', 'Cold: the first poll of every feed'],
    ['unchanged', '95 % unchanged, answered with 304'],
  ] as const) {
    print(`\n${title}. CPU seconds per 1,000 feeds: median (10 % to 90 %).`);
    print('                       CPU s                     times undici alone       peak MB');
    const floor = (results[pass].get('floor') ?? []).map(({ cpuPer1000 }) => cpuPer1000);
    for (const as of NAMES) {
      const all = results[pass].get(as) ?? [];
      const cpu = all.map(({ cpuPer1000 }) => cpuPer1000);
      const ratios = ratiosOf(cpu, floor);
      const excess = as === 'poll' && ratios.median > GOALS[pass] ? `  more than ${GOALS[pass]}` : '';
      if (excess !== '') process.exitCode = 1;
      const peak = Math.max(...all.map(({ peakRssMb }) => peakRssMb));
      print(
        `${TITLES[as].padEnd(22)} ${formatFigures(percentilesOf(cpu), 2).padEnd(25)} ${formatFigures(ratios, 2).padEnd(24)} ${peak}${excess}`,
      );
    }
    const outcomes = results[pass].get('poll')?.map(({ outcomes }) => JSON.stringify(outcomes));
    print(`our poll: ${[...new Set(outcomes)].join(' ')}`);
  }
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
