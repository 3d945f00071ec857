import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FeedServer, startFeedServer } from './feed-server.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

let dataDir: string;
let feed: FeedServer;
let running: StartedProcess;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'news-alerts-crash-'));
  feed = await startFeedServer();
  feed.items = [{ guid: 'before', title: 'Hares, nothing but hares' }];
});
afterEach(async () => {
  running.child.kill('SIGKILL');
  await running.ended;
  await feed.stop();
  rmSync(dataDir, { recursive: true });
});

/** Headlines of the alerts that the SNS endpoint has taken, over all runs. */
function published(): string[] {
  let text = '';
  try {
    text = readFileSync(join(dataDir, 'outbox.jsonl'), 'utf8');
  } catch {
    // Not written yet.
  }
  return text
    .split('\n')
    .flatMap((line) => line.match(/"title":"(Owl [^"]*)"/)?.[1] ?? [])
    .filter((title, n, all) => n === 0 || all[n - 1] !== title);
}

const NAMES = [
  'Ada',
  'Bela',
  'Cleo',
  'Dora',
  'Edda',
  'Fritz',
  'Greta',
  'Hugo',
  'Ida',
  'Jona',
  'Karl',
  'Lena',
];

// A kill between an alert's claim and its publish is made up for when the hit becomes visible again, after 180 s at most;
// all others within seconds.
it('kill -9 at any moment loses nothing', { timeout: 280_000 }, async () => {
  const epoch = Date.now();
  const run = () => {
    running = startProcess(['test/end-to-end/crash-runner.ts', dataDir, feed.url, String(epoch)]);
    return running.printed('page and SNS endpoint at', 'err');
  };
  await run();
  await vi.waitFor(() => expect(feed.requests.length).toBeGreaterThan(0), { timeout: 10_000 });

  // A new item before each kill; the kills come at other moments of the second in which it is polled.
  for (const [n, name] of NAMES.entries()) {
    feed.items = [{ guid: name, title: `Owl ${name} was seen at place number ${n}` }, ...feed.items];
    await new Promise((resolve) => setTimeout(resolve, 300 + ((n * 377) % 1_000)));
    running.child.kill('SIGKILL');
    await running.ended;
    await run();
  }
  await vi.waitFor(() => expect(new Set(published()).size).toBe(NAMES.length), {
    timeout: 200_000,
    interval: 200,
  });
  expect(running.err()).not.toMatch(/DEAD/);
});
