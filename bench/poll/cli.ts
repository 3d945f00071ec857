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
  .description('What it takes to poll feeds, beside what it takes to do nothing but fetch them.')
  .option('--feeds <n>', 'on loopback, each with a server of its own', Number, 1_000)
  .option('--rounds <n>', 'how often all is measured, in turn', Number, 7)
  .parse()
  .opts<{ feeds: number; rounds: number }>();

const TITLES: Readonly<Record<ContenderName, string>> = {
  floor: 'undici, nothing else',
  fetch: 'our fetch',
  read: 'our fetch and reading',
  poll: 'our poll: all of it',
  'rss-parser': 'undici + rss-parser',
  feedsmith: 'undici + feedsmith',
};
const NAMES = Object.keys(CONTENDERS) as ContenderName[];
/** Times the floor that a poll may take. */
const GOALS = { cold: 2.0, unchanged: 1.4 } as const;

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-bench-poll-'));
const say = (line = '') => process.stdout.write(`${line}\n`);
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
  const taken = { cold: new Map<string, PassResult[]>(), unchanged: new Map<string, PassResult[]>() };
  for (let round = 0; round < rounds; round++) {
    for (const pass of ['cold', 'unchanged'] as const) {
      if (pass === 'unchanged') await server.tick();
      for (const as of NAMES) {
        const one = await runClient(as, ['--urls', urlsFile, '--state', join(folder, String(round))]);
        taken[pass].set(as, [...(taken[pass].get(as) ?? []), one]);
      }
    }
  }
  await server.stop();
  say(
    `${feeds} feeds, ${rounds} rounds, each pass a process of its own${canPin ? ' on one processor' : ''}.`,
  );
  for (const [pass, title] of [
    ['cold', 'Cold: every feed is read for the first time'],
    ['unchanged', '95 % unchanged: answered with 304'],
  ] as const) {
    say(`\n${title}. CPU seconds for each 1,000 feeds: median (10 % to 90 %).`);
    say('                       CPU s                     times undici alone       peak MB');
    const floor = (taken[pass].get('floor') ?? []).map(({ cpuPer1000 }) => cpuPer1000);
    for (const as of NAMES) {
      const all = taken[pass].get(as) ?? [];
      const cpu = all.map(({ cpuPer1000 }) => cpuPer1000);
      const ratios = ratiosOf(cpu, floor);
      const over = as === 'poll' && ratios.median > GOALS[pass] ? `  more than ${GOALS[pass]}` : '';
      if (over !== '') process.exitCode = 1;
      const peak = Math.max(...all.map(({ peakRssMb }) => peakRssMb));
      say(
        `${TITLES[as].padEnd(22)} ${formatFigures(percentilesOf(cpu), 2).padEnd(25)} ${formatFigures(ratios, 2).padEnd(24)} ${peak}${over}`,
      );
    }
    const outcomes = taken[pass].get('poll')?.map((one) => JSON.stringify(one.outcomes));
    say(`our poll: ${[...new Set(outcomes)].join(' ')}`);
  }
}

/** Healthy feeds alone, and the same with a tenth of others among them. */
async function misbehaviour(): Promise<void> {
  const server = await startFeedServer(feeds, 0.1);
  say('\nA tenth of the feeds slow, reset, silent, dripping, a bomb, or redirecting for ever.');
  for (const [title, urls] of [
    ['without them', server.urls.slice(0, server.healthy)],
    ['with them', server.urls],
  ] as const) {
    writeFileSync(urlsFile, urls.join('\n'));
    const state = join(folder, title);
    const taken = await runClient('poll', [
      ...['--urls', urlsFile, '--state', state, '--first', String(server.healthy)],
    ]);
    say(
      `${title.padEnd(13)} last healthy feed after ${taken.firstSeconds.toFixed(1)} s, all after ${taken.seconds.toFixed(1)} s, peak ${taken.peakRssMb} MB: ${JSON.stringify(taken.outcomes)}`,
    );
  }
  await server.stop();
}
