import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isLong } from '../helpers/size.ts';
import { type FeedServer, startFeedServer } from './feed-server.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

let folder: string;
let file: string;
let one: FeedServer;
let two: FeedServer;
let started: StartedProcess;

const ONE = () => `  - { id: one, url: "${one.url}" }`;
const TWO = () => `  - { id: two, url: "${two.url}" }`;
const config = (feeds: readonly string[], topics: readonly string[], recipients = '[]') =>
  `feeds:\n${feeds.join('\n')}\ntopics:\n${topics.map((id) => `  - { id: ${id}, match: ${id} }`).join('\n')}\nrecipients: ${recipients}\n`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-reload-'));
  file = join(folder, 'news-alerts.yaml');
  [one, two] = await Promise.all([startFeedServer(), startFeedServer()]);
  one.items = [{ guid: '1', title: 'Owls seen at the harbour' }];
  two.items = [{ guid: '2', title: 'Bats counted in the tower' }];
  writeFileSync(file, config([ONE()], ['owls']));
  started = startProcess(
    [
      join(import.meta.dirname, '../../bin/cli.ts'),
      'start',
      '--port',
      '0',
      '--data',
      join(folder, 'data'),
      '--loopback-feeds',
      '--config',
      file,
    ],
    {},
    folder,
  );
  await started.printed(/one +1 item \(first poll\)/, 'err');
});

afterEach(async () => {
  started.child.kill('SIGKILL');
  await started.ended;
  await Promise.all([one.stop(), two.stop()]);
  rmSync(folder, { recursive: true });
});

async function page(): Promise<string> {
  const [, url = ''] = /endpoint at (\S+);/.exec(started.err()) ?? [];
  return (await fetch(url)).text();
}

const timesPrinted = (text: string) => started.err().split(text).length - 1;

it('applies added and removed feeds, topics and recipients while it runs', async () => {
  // Most editors replace the old file by a new one.
  const next = join(folder, 'next');
  writeFileSync(next, config([ONE(), TWO()], ['owls', 'bats'], '[{ email: ann@example.com }]'));
  renameSync(next, file);
  await started.printed(
    `${file} has changed and is now in use: feed two added; topic bats added; recipients changed`,
    'err',
  );
  await started.printed(/two +1 item \(first poll\)/, 'err');
  expect(one.requests).toHaveLength(1);
  // The feeds have no title in the file.
  expect(await page()).toContain('>Test<');
  expect(await page()).toContain('bats');

  // Some editors empty the file, and write it a moment later.
  writeFileSync(file, '');
  writeFileSync(file, config([TWO()], ['bats']));
  await started.printed('is now in use: feed one removed; topic owls removed; recipients changed', 'err');
  expect(await page()).not.toContain('owls');
  expect(started.err()).not.toContain('got an empty file');

  started.child.kill('SIGINT');
  expect(await started.ended).toBe(0);
  expect(started.err()).not.toMatch(/error|FAILED/);
});

it.runIf(isLong)(
  'reports the faults of an edit once, and keeps the old configuration until they are fixed',
  async () => {
    writeFileSync(file, config([ONE(), TWO()], ['owls']).replace('topics:', 'topic:'));
    await started.printed(
      `${file} has changed but cannot be used; the previous configuration stays in use`,
      'err',
    );
    expect(started.err()).toContain('topic: expected a known key, got topic');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(timesPrinted('cannot be used')).toBe(1);
    expect(two.requests).toHaveLength(0);

    rmSync(file);
    await started.printed('got no such file', 'err');
    writeFileSync(file, config([ONE()], ['owls']));
    await started.printed(`${file} is valid again; nothing has changed`, 'err');

    // A line in .env sets the missing variable.
    writeFileSync(file, config([ONE()], ['owls'], `[{ email: "\${ANN}" }]`));
    await started.printed('expected the environment variable ANN to be set', 'err');
    writeFileSync(join(folder, '.env'), 'ANN=ann@example.com\n');
    await started.printed('is now in use: recipients changed', 'err');
    started.child.kill('SIGINT');
    expect(await started.ended).toBe(0);
  },
);

it.runIf(isLong)('stops on Ctrl-C during a reload', async () => {
  for (let n = 0; n < 3; n++) {
    writeFileSync(file, config(n % 2 === 0 ? [ONE(), TWO()] : [ONE()], ['owls', `bats${n}`]));
    await started.printed(new RegExp(`topics? bats${n} added`), 'err');
  }
  writeFileSync(
    file,
    config(
      [TWO()],
      Array.from({ length: 40 }, (_, n) => `bats${n}`),
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_900));
  started.child.kill('SIGINT');
  expect(await started.ended).toBe(0);
  expect(started.err()).toContain('Stopped.');
});
