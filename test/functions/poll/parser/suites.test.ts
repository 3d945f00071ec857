import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { parseFeed } from '../../../../functions/poll/parser/parse.ts';

const root = join(import.meta.dirname, '../../../..');
const bench = join(root, '../shared/bench/feeds');
const feeds = join(root, '../shared/data/feeds');

/** Per cent of each suite's expectations that must pass. A lower share is a regression. */
const MIN_SHARES = { feedparser: 97, dates: 98, gofeed: 96, 'feed-rs': 99.5, encodings: 98, robust: 100 };

it.skipIf(!existsSync(bench))(
  'passes the suites of other parsers (skipped without ../shared/bench/feeds)',
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'news-alerts-suites-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const report = join(folder, 'report.json');
    const script = [
      join(bench, 'score.mjs'),
      '--parser',
      join(root, 'bench/parse-adapter.ts'),
      '--json',
      report,
    ];
    await promisify(execFile)(process.execPath, script, { cwd: root, maxBuffer: 100_000_000 });
    const { suites } = JSON.parse(readFileSync(report, 'utf8')) as {
      suites: Readonly<Record<string, { readonly total: { readonly pass: number; readonly total: number } }>>;
    };
    const shares = Object.entries(suites).map(([name, { total }]) => [
      name,
      (100 * total.pass) / total.total,
    ]);
    expect(shares.length).toBeGreaterThan(0);
    const below = shares.filter(
      ([name, share]) => Number(share) < MIN_SHARES[name as keyof typeof MIN_SHARES],
    );
    expect(below).toEqual([]);
  },
);

it.skipIf(!existsSync(feeds))('reads saved feeds (skipped without ../shared/data/feeds)', async () => {
  const files = readdirSync(feeds, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && /\.(xml|rss|atom|rdf)$/.test(file.name))
    .map((file) => join(file.parentPath, file.name));
  let read = 0;
  for (const file of files) {
    const bytes = readFileSync(file);
    const parsed = await parseFeed(bytes, { url: 'https://herald.test/feed', now: Date.now() });
    if (parsed.ok && parsed.feed.entries.length > 0) read++;
    // Only documents without a complete entry may fail.
    else
      expect([
        file,
        /<(rss|feed|rdf:RDF)\b[\s\S]*<(item|entry)\b[\s\S]*<\/(item|entry)>/.test(bytes.toString()),
      ]).toEqual([file, false]);
  }
  expect(read / files.length).toBeGreaterThan(0.9);
});
