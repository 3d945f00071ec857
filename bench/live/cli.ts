// npm run bench -- live: see docs/benchmarks.md.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type ReplayedAlert, replaySnapshots } from '../../cli/replay/replay-snapshots.ts';
import { readSnapshots } from '../../cli/replay/snapshots.ts';
import { parseConfig } from '../../config/load.ts';
import { type Entry, parseFeed } from '../../functions/poll/parser/parse.ts';
import type { FollowUpMode } from '../../functions/shared/model.ts';

new Command('bench live')
  .description(
    'Counts the updates found in real live pages, and the messages about them for each setting of followUps.',
  )
  .parse();

const PAGES = join(import.meta.dirname, '../../../shared/data/liveblogs');
const MODES: readonly FollowUpMode[] = ['off', 'urgent', 'calm', 'all'];
const MINUTE_MS = 60_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

if (existsSync(PAGES)) await report();
else say('Skipped: no pages to measure, since ../shared/data/liveblogs is missing.');

async function report(): Promise<void> {
  say(
    `| page | updates found, of its own count | hours | ${MODES.map((mode) => `followUps: ${mode}`).join(' | ')} |`,
  );
  say(`| --- | --- | --- | ${MODES.map(() => '---').join(' | ')} |`);
  for (const file of readdirSync(PAGES)) {
    const bytes = readFileSync(join(PAGES, file));
    const parsed = await parseFeed(bytes, { url: 'https://page.invalid/live', now: Date.now() });
    if (!parsed.ok || !parsed.feed.live) continue;
    const { entries, title } = parsed.feed;
    const declared = bytes.toString().match(/"@type"\s*:\s*"BlogPosting"/g)?.length ?? 0;
    const dated = entries.filter(({ published }) => published !== undefined);
    const times = dated.map(({ published }) => Date.parse(published ?? '')).sort((a, b) => a - b);
    const hours = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 3_600_000;
    const counts: string[] = [];
    for (const mode of MODES) counts.push(describe(await alertsOf(title, dated, times, mode)));
    say(`| ${file} | ${entries.length} of ${declared} | ${hours.toFixed(1)} | ${counts.join(' | ')} |`);
  }
}

function describe(alerts: readonly ReplayedAlert[]): string {
  const roundUps = alerts.filter(({ kind }) => kind === 'roundup').length;
  const stories = new Set(alerts.flatMap(({ items }) => items.map(({ story }) => story))).size;
  return `${alerts.length - roundUps} and ${roundUps} round-ups, ${stories === 1 ? 'one story' : `${stories} stories`}`;
}

/** Returns the alerts of a topic that watches for the page's title, as the page grows update by update. */
async function alertsOf(
  title: string,
  entries: readonly Entry[],
  times: readonly number[],
  mode: FollowUpMode,
): Promise<readonly ReplayedAlert[]> {
  const folder = mkdtempSync(join(tmpdir(), 'news-alerts-live-'));
  try {
    mkdirSync(join(folder, 'page'));
    // The page is followed from before its first update, and for a day after its last one.
    for (const at of [(times[0] ?? 0) - MINUTE_MS, ...times, (times.at(-1) ?? 0) + 86_400_000]) {
      const shown = entries.filter(({ published }) => Date.parse(published ?? '') <= at);
      const poll = new Date(Math.ceil((at + 1) / MINUTE_MS) * MINUTE_MS).toISOString();
      const name = `${poll.slice(0, 19).replaceAll(':', '')}Z.xml`;
      writeFileSync(join(folder, 'page', name), pageOf(title, shown));
    }
    const word = title
      .split(/[^\p{L}]+/u)
      .reduce((longest, one) => (one.length > longest.length ? one : longest), '');
    const { config } = parseConfig(
      `topics: [{ id: page, match: '="${word}"', followUps: ${mode} }]\nrecipients: [{ email: reader@mail.org }]\n`,
      'live.yaml',
      {},
    );
    const alerts: ReplayedAlert[] = [];
    await replaySnapshots({
      folder: readSnapshots(folder),
      config,
      onAlert: (alert) => alerts.push(alert),
      onFailure: ({ kind, detail }) => say(`failed: ${kind} ${detail}`),
      onProgress: () => undefined,
    });
    return alerts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pageOf(title: string, entries: readonly Entry[]): string {
  const page = {
    '@type': 'LiveBlogPosting',
    headline: title,
    liveBlogUpdate: entries.map(({ guid, title: headline, content, published }) => ({
      '@type': 'BlogPosting',
      '@id': guid,
      headline,
      articleBody: content,
      datePublished: published,
    })),
  };
  const json = JSON.stringify(page).replaceAll('<', '\\u003c');
  return `<!doctype html><html><head><script type="application/ld+json">${json}</script></head></html>`;
}
