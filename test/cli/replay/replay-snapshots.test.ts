import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ReplayedAlert, replaySnapshots } from '../../../cli/replay/replay-snapshots.ts';
import { readSnapshots } from '../../../cli/replay/snapshots.ts';
import { parseConfig } from '../../../config/load.ts';
import { isLong } from '../../helpers/size.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-replay-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function snapshot(feed: string, time: string, body: string) {
  mkdirSync(join(folder, feed), { recursive: true });
  writeFileSync(join(folder, feed, `${time}.xml`), body);
}

const rss = (...items: { id: string; title: string; date?: string }[]) =>
  `<rss version="2.0"><channel><title>x</title>${items
    .map(({ id, title, date }) => {
      const published = date ? `<pubDate>${new Date(date).toUTCString()}</pubDate>` : '';
      return `<item><guid>${id}</guid><link>http://news.example/${id}</link><title>${title}</title>${published}</item>`;
    })
    .join('')}</channel></rss>`;

const { config } = parseConfig(
  'topics: [{ id: owls, name: Owls, match: [owl, owls], deliver: now }]',
  'test.yaml',
  {},
);

async function run() {
  const alerts: ReplayedAlert[] = [];
  const failures: { feed: string; kind: string }[] = [];
  const summary = await replaySnapshots({
    folder: readSnapshots(folder),
    config,
    onAlert: (alert) => alerts.push(alert),
    onFailure: ({ feed, kind }) => failures.push({ feed, kind }),
    onProgress: () => undefined,
  });
  return { alerts, failures, summary };
}

it('polls every snapshot at its time, and returns each alert with the time it would have been sent', async () => {
  const old = { id: '1', title: 'An owl from before', date: '2026-01-01T09:00:00Z' };
  snapshot('2026/woods', '2026-01-01T100000Z', rss(old));
  snapshot('2026/woods', '2026-01-01T110000Z', rss({ id: '2', title: 'Owls return to the old mill' }, old));
  snapshot('2026/woods', '2026-01-01T120000Z', rss({ id: '2', title: 'Owls return to the old mill' }, old));
  snapshot('2026/fields', '2026-01-01T110000Z', rss({ id: '7', title: 'Hares' }));
  const { alerts, summary } = await run();
  expect(alerts.map(({ at, topic, kind, title, feed }) => ({ at, topic, kind, title, feed }))).toEqual([
    {
      at: '2026-01-01T10:00:50.000Z',
      topic: 'owls',
      kind: 'welcome',
      title: 'An owl from before',
      feed: 'woods',
    },
    {
      at: '2026-01-01T11:00:00.000Z',
      topic: 'owls',
      kind: 'new',
      title: 'Owls return to the old mill',
      feed: 'woods',
    },
  ]);
  expect(alerts[1]?.url).toBe('http://news.example/2');
  expect(alerts[1]?.items).toHaveLength(1);
  expect(summary).toMatchObject({
    feeds: 2,
    polls: 4,
    unchanged: 1,
    newItems: 3,
    edits: 0,
    matches: 2,
    alerts: 2,
    stories: 2,
    failures: {},
    dead: 0,
  });
});

it('reports broken snapshots, and continues after them', async () => {
  const owl = { id: '2', title: 'Owls return' };
  snapshot('woods', '2026-01-01T100000Z', rss());
  snapshot('woods', '2026-01-01T110000Z', '');
  snapshot('woods', '2026-01-01T120000Z', rss(owl).slice(0, 120));
  snapshot('woods', '2026-01-01T130000Z', '<!doctype html><html><body>Sorry</body></html>');
  snapshot('woods', '2026-01-01T200000Z', rss(owl));
  snapshot('fields', '2026-01-01T120000Z', rss());
  snapshot('fields', '2026-01-01T121000Z', rss({ id: '9', title: 'A barn owl' }));
  const { alerts, failures, summary } = await run();
  expect(failures).toEqual([
    { feed: 'woods', kind: 'empty' },
    { feed: 'woods', kind: 'malformed' },
    { feed: 'woods', kind: 'html' },
  ]);
  expect(alerts.map(({ title }) => title)).toEqual(['A barn owl', 'Owls return']);
  expect(summary).toMatchObject({ polls: 7, failures: { empty: 1, malformed: 1, html: 1 }, dead: 0 });
});

it.runIf(isLong)('returns the same alerts each time', async () => {
  for (const feed of ['a', 'b', 'c', 'd']) {
    snapshot(feed, '2026-01-01T100000Z', rss());
    snapshot(feed, '2026-01-01T110000Z', rss({ id: feed, title: 'Owls return to the old mill' }));
  }
  const [first, second] = [await run(), await run()];
  expect(first.alerts).toHaveLength(1);
  expect(second.alerts).toEqual(first.alerts);
});

it('says what a folder of snapshots looks like', () => {
  expect(() => readSnapshots(join(folder, 'none'))).toThrow(/none: expected a folder of snapshots/);
  expect(() => readSnapshots(folder)).toThrow(/got no files/);
  writeFileSync(join(folder, 'notes.txt'), '');
  expect(() => readSnapshots(folder)).toThrow(/such as notes.txt/);
});

it('distinguishes feeds with the same name by their folders', () => {
  snapshot('2025/woods', '2026-01-01T100000Z', '');
  snapshot('2026/woods', '2026-01-01T100000Z', '');
  snapshot('2026/fields', '2026-01-01T100000Z', '');
  expect(readSnapshots(folder).feeds.map(({ title }) => title)).toEqual([
    '2025/woods',
    'fields',
    '2026/woods',
  ]);
});
