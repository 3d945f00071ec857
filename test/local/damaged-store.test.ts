import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfigFile } from '../../functions/shared/config/load.ts';
import { examineMachine } from '../../local/doctor/machine/examine-machine.ts';
import { startEmbeddedServers } from '../../local/embedded-servers.ts';
import { lockFolder } from '../../local/folder-lock.ts';
import { isLogDamaged } from '../../local/level-log.ts';
import { openFolder } from '../../local/open-folder.ts';
import { startRuntime } from '../../local/runtime.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-damaged-'));
const good = join(folder, 'good');
let data = '';
let runs = 0;
const file = join(folder, 'owls.yaml');
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const random = seededRandom(15);
const garbage = (bytes: number) => Buffer.from(Array.from({ length: bytes }, () => random.integer(256)));
const nameIn = (part: string, pattern: RegExp) =>
  join(data, part, readdirSync(join(data, part)).find((name) => pattern.test(name)) ?? '');

const runtimeOn = (dataDir: string) =>
  startRuntime({
    config: loadConfigFile(file, {}).config,
    subscriptions: [{ topicId: 'owls', protocol: 'email', endpoint: 'reader@news.example.se' }],
    dataDir,
    clock: Date.now,
    log,
  });

beforeAll(async () => {
  writeFileSync(file, 'topics: [{ id: owls, match: owl }]');
  // Twice: the second start has its first records in sorted files beside the log.
  for (const run of [1, 2]) {
    const runtime = await runtimeOn(good);
    const records = Array.from({ length: 200 }, (_, n) => ({
      pk: `FEED#f${run}`,
      sk: `N#${n}`,
      text: 'x'.repeat(300),
    }));
    await runtime.platform.table().putAll(records);
    await runtime.stop();
  }
  writeFileSync(join(good, 'outbox.jsonl'), '{}\n');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  // LevelDB holds a folder as long as the process that has failed on it lives.
  data = join(folder, `data-${++runs}`);
  cpSync(good, data, { recursive: true });
});

const TABLES: readonly (readonly [string, () => void])[] = [
  ['CURRENT is garbage', () => writeFileSync(join(data, 'tables/CURRENT'), garbage(40))],
  ['CURRENT is empty', () => writeFileSync(join(data, 'tables/CURRENT'), '')],
  ['CURRENT is gone', () => rmSync(join(data, 'tables/CURRENT'))],
  ['the manifest is gone', () => rmSync(nameIn('tables', /^MANIFEST/))],
  ['the manifest is empty', () => truncateSync(nameIn('tables', /^MANIFEST/), 0)],
  ['the manifest is cut', () => truncateSync(nameIn('tables', /^MANIFEST/), 20)],
  ['the manifest is garbage', () => writeFileSync(nameIn('tables', /^MANIFEST/), garbage(60))],
  ['the log is garbage', () => writeFileSync(nameIn('tables', /\.log$/), garbage(3_000))],
  [
    'the log is damaged in its first block',
    () => {
      const path = nameIn('tables', /\.log$/);
      const bytes = readFileSync(path);
      bytes.set(garbage(200), 9_000);
      writeFileSync(path, bytes);
    },
  ],
  ['a sorted file is cut', () => truncateSync(nameIn('tables', /\.ldb$/), 1_000)],
  ['a sorted file is empty', () => truncateSync(nameIn('tables', /\.ldb$/), 0)],
  ['a sorted file is garbage', () => writeFileSync(nameIn('tables', /\.ldb$/), garbage(3_000))],
  ['a sorted file is gone', () => rmSync(nameIn('tables', /\.ldb$/))],
  [
    'all of them are gone',
    () => {
      rmSync(join(data, 'tables'), { recursive: true });
      mkdirSync(join(data, 'tables'));
    },
  ],
  [
    'they are a file',
    () => {
      rmSync(join(data, 'tables'), { recursive: true });
      writeFileSync(join(data, 'tables'), 'x');
    },
  ],
];

describe('damaged tables', () => {
  it.each(TABLES)(
    'are told, with what to do, and are left alone: %s',
    { timeout: 30_000 },
    async (_, damage) => {
      damage();
      const before = readdirSync(data, { recursive: true }).length;
      const told = new RegExp(
        `${data}/tables: expected the tables \\(LevelDB\\) as news-alerts keeps them, got .*move it away \\(mv .*starts anew`,
      );
      await expect(startEmbeddedServers(data)).rejects.toThrow(told);
      await expect(openFolder(data)).rejects.toThrow(told);
      expect(readdirSync(data, { recursive: true }).length).toBeGreaterThanOrEqual(before);
      const found = await examineMachine(
        { data, configFile: file, env: {}, clock: Date.now, progress: quiet, port: 1 },
        () => loadConfigFile(file, {}),
      );
      expect(found.find(({ code }) => code === 'folder-unusable')?.seen).toMatch(told);
      // The lock is free again.
      lockFolder(data).release();
    },
  );

  it('begin anew once they are moved away, with each recipient once', { timeout: 30_000 }, async () => {
    rmSync(join(data, 'tables'), { recursive: true });
    const runtime = await runtimeOn(data);
    await runtime.stop();
    const { subscriptions } = JSON.parse(readFileSync(join(data, 'channels.json'), 'utf8'));
    expect(subscriptions).toHaveLength(1);
  });

  it('are whole after a kill or a loss of power has cut the log', { timeout: 30_000 }, async () => {
    const path = nameIn('tables', /\.log$/);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 5));
    const servers = await startEmbeddedServers(data);
    expect(servers.hasTable).toBe(true);
    await servers.stop();
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut', garbage(3_000)],
  ])(
    'are whole where a sorted file that was being written is %s: no manifest names it',
    {
      timeout: 30_000,
    },
    async (_, bytes) => {
      const unfinished = join(data, 'tables/004711.ldb');
      writeFileSync(unfinished, bytes);
      const servers = await startEmbeddedServers(data);
      expect(servers.hasTable).toBe(true);
      await servers.stop();
      expect(existsSync(unfinished)).toBe(false);
    },
  );
});

describe('damaged queues', () => {
  const path = () => join(data, 'queues/fauxqs.db');
  it.each([
    ['garbage', () => writeFileSync(path(), garbage(9_000))],
    ['cut', () => truncateSync(path(), 9_000)],
    [
      'overwritten',
      () => {
        const bytes = readFileSync(path());
        bytes.set(garbage(20_000), 5_000);
        writeFileSync(path(), bytes);
      },
    ],
    [
      'a folder',
      () => {
        rmSync(path());
        mkdirSync(path());
      },
    ],
  ])('are told, with what to do: %s', { timeout: 30_000 }, async (_, damage) => {
    damage();
    await expect(startEmbeddedServers(data)).rejects.toThrow(
      /fauxqs\.db: expected the queues \(SQLite\) as news-alerts keeps them, got [\s\S]*move it away \(mv [\s\S]*feeds are polled again/,
    );
  });

  it('that are empty, since a process was killed while it made them, are made', {
    timeout: 30_000,
  }, async () => {
    truncateSync(path(), 0);
    const servers = await startEmbeddedServers(data);
    await servers.stop();
    expect(readFileSync(path()).length).toBeGreaterThan(0);
  });
});

describe('other files of the folder', () => {
  it.each([
    [
      'channels.json',
      'garbage',
      () => writeFileSync(join(data, 'channels.json'), garbage(100)),
      /got a damaged file.*move it away.*subscribed again/,
    ],
    [
      'channels.json',
      'empty',
      () => writeFileSync(join(data, 'channels.json'), ''),
      /got a damaged file.*move it away/,
    ],
    ['channels.json', 'a folder', () => asFolder('channels.json'), /got a folder.*move it away/],
    [
      'config.json',
      'a folder',
      () => asFolder('config.json'),
      /expected a file to write, got a folder.*move it away/,
    ],
    [
      'topics.bin',
      'a folder',
      () => asFolder('topics.bin'),
      /expected a file to write, got a folder.*move it away/,
    ],
    [
      'servers.json',
      'a folder',
      () => asFolder('servers.json'),
      /expected a file to write, got a folder.*move it away/,
    ],
  ])('%s as %s is told', { timeout: 30_000 }, async (name, _, damage, words) => {
    damage();
    const started = runtimeOn(data);
    await expect(started).rejects.toThrow(words);
    await expect(started).rejects.toThrow(name);
  });

  it.each([['config.json'], ['topics.bin'], ['servers.json']])(
    '%s as garbage is made anew',
    { timeout: 30_000 },
    async (name) => {
      writeFileSync(join(data, name), garbage(500));
      const runtime = await runtimeOn(data);
      await runtime.stop();
    },
  );

  it.each([
    ['garbage', () => writeFileSync(join(data, 'lock'), garbage(5_000))],
    ['a folder', () => asFolder('lock')],
  ])('a lock that is %s is told', (_, damage) => {
    damage();
    expect(() => lockFolder(data)).toThrow(
      /lock: expected a file to lock, got .*move it away, nothing is kept in it/,
    );
  });

  function asFolder(name: string): void {
    rmSync(join(data, name), { force: true });
    mkdirSync(join(data, name));
  }
});

describe('a log of LevelDB', () => {
  const bytes = () =>
    readFileSync(
      join(good, 'tables', readdirSync(join(good, 'tables')).find((name) => name.endsWith('.log')) ?? ''),
    );

  it('is whole as it was written, wherever it was cut, and with zeros behind it', () => {
    const whole = bytes();
    expect(whole.length).toBeGreaterThan(40_000);
    expect(isLogDamaged(whole)).toBe(false);
    expect(isLogDamaged(new Uint8Array())).toBe(false);
    for (const cut of [whole.length - 1, whole.length - 300, 40_000, 32_768, 32_770]) {
      expect(isLogDamaged(whole.subarray(0, cut)), String(cut)).toBe(false);
    }
    expect(isLogDamaged(Buffer.concat([whole, Buffer.alloc(5_000)]))).toBe(false);
  });

  it('is damaged where any byte before the last block is another', () => {
    for (let n = 0; n < 50; n++) {
      const changed = Buffer.from(bytes());
      const at = random.integer(30_000);
      changed[at] = (changed[at] ?? 0) ^ 0x5a;
      expect(isLogDamaged(changed), String(at)).toBe(true);
    }
  });
});
