import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
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
import { DatabaseSync } from 'node:sqlite';
import { ClassicLevel } from 'classic-level';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runMachineChecks } from '../../cli/doctor/machine/run-machine-checks.ts';
import { loadConfigFile } from '../../config/load.ts';
import { lockFolder } from '../../local/data-folder/folder-lock.ts';
import { openDataFolder } from '../../local/data-folder/open-data-folder.ts';
import { isLogDamaged } from '../../local/dynamodb/level-db-log.ts';
import { startEmbeddedServers } from '../../local/embedded-servers.ts';
import { startRuntime } from '../../local/runtime.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { sampled } from '../helpers/size.ts';

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
  // Two runs, so the second one finds records of an earlier run.
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
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  // LevelDB keeps a folder locked until the process ends, even after it failed to open it.
  data = join(folder, `data-${++runs}`);
  cpSync(good, data, { recursive: true });
});

const database = () => join(data, 'tables/dynamodb.db');
/** Tables in the format of release 0.1.0. */
const LEVEL = join(import.meta.dirname, 'dynamodb/tables-0.1.0');
const asLevel = (damage: () => void) => () => {
  rmSync(join(data, 'tables'), { recursive: true });
  cpSync(LEVEL, join(data, 'tables'), { recursive: true });
  damage();
};
const overwrite = (path: string) => {
  const bytes = readFileSync(path);
  bytes.set(garbage(Math.min(20_000, bytes.length - 5_000)), 5_000);
  writeFileSync(path, bytes);
};

const TABLES: readonly (readonly [string, () => void])[] = [
  ['the database is garbage', () => writeFileSync(database(), garbage(9_000))],
  ['the database is empty', () => truncateSync(database(), 0)],
  ['the database is cut', () => truncateSync(database(), 9_000)],
  ['the database has its first page alone', () => truncateSync(database(), 4_096)],
  ['the database is overwritten', () => overwrite(database())],
  ['the database is gone', () => rmSync(database())],
  [
    'the database is a folder',
    () => {
      rmSync(database());
      mkdirSync(database());
    },
  ],
  ['its log is a folder', () => mkdirSync(`${database()}-wal`)],
  [
    'the database is gone, but not its log',
    () => {
      rmSync(database());
      writeFileSync(`${database()}-wal`, garbage(9_000));
    },
  ],
  [
    'the database is empty, but not its log',
    () => {
      truncateSync(database(), 0);
      writeFileSync(`${database()}-wal`, garbage(9_000));
    },
  ],
  ['CURRENT is garbage', asLevel(() => writeFileSync(join(data, 'tables/CURRENT'), garbage(40)))],
  ['CURRENT is empty', asLevel(() => writeFileSync(join(data, 'tables/CURRENT'), ''))],
  ['CURRENT is gone', asLevel(() => rmSync(join(data, 'tables/CURRENT')))],
  ['the manifest is gone', asLevel(() => rmSync(nameIn('tables', /^MANIFEST/)))],
  ['the manifest is empty', asLevel(() => truncateSync(nameIn('tables', /^MANIFEST/), 0))],
  ['the manifest is cut', asLevel(() => truncateSync(nameIn('tables', /^MANIFEST/), 20))],
  ['the manifest is garbage', asLevel(() => writeFileSync(nameIn('tables', /^MANIFEST/), garbage(60)))],
  ['the log is garbage', asLevel(() => writeFileSync(nameIn('tables', /\.log$/), garbage(3_000)))],
  ['a sorted file is cut', asLevel(() => truncateSync(nameIn('tables', /\.ldb$/), 1_000))],
  ['a sorted file is empty', asLevel(() => truncateSync(nameIn('tables', /\.ldb$/), 0))],
  ['a sorted file is garbage', asLevel(() => writeFileSync(nameIn('tables', /\.ldb$/), garbage(3_000)))],
  ['a sorted file is gone', asLevel(() => rmSync(nameIn('tables', /\.ldb$/)))],
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
  it.each(sampled(TABLES, 4))('are reported with a remedy, and left alone: %s', async (_, damage) => {
    damage();
    const before = readdirSync(data, { recursive: true }).length;
    const expected = new RegExp(
      `${data}/tables: expected the tables of news-alerts, got .*move it away \\(mv .*starts over`,
    );
    await expect(startEmbeddedServers(data)).rejects.toThrow(expected);
    await expect(openDataFolder(data)).rejects.toThrow(expected);
    expect(readdirSync(data, { recursive: true }).length).toBeGreaterThanOrEqual(before);
    const found = await runMachineChecks(
      { data, configFile: file, env: {}, clock: Date.now, progress: quiet, port: 1 },
      () => loadConfigFile(file, {}),
    );
    expect(found.find(({ code }) => code === 'folder-unusable')?.seen).toMatch(expected);
    // Throws if the lock is still held.
    lockFolder(data).release();
  });

  it('are created again once they are moved away, with each recipient once', async () => {
    rmSync(join(data, 'tables'), { recursive: true });
    const runtime = await runtimeOn(data);
    await runtime.stop();
    const { subscriptions } = JSON.parse(readFileSync(join(data, 'channels.json'), 'utf8'));
    expect(subscriptions).toHaveLength(1);
  });

  it('are not seen in a log that was truncated by a kill or a power failure', async () => {
    asLevel(() => undefined)();
    const path = nameIn('tables', /\.log$/);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 5));
    const servers = await startEmbeddedServers(data);
    expect(servers.hasTable).toBe(true);
    await servers.stop();
  });

  it('are not seen in a folder that a kill left without a table', async () => {
    rmSync(join(data, 'tables'), { recursive: true });
    mkdirSync(join(data, 'tables.new'));
    writeFileSync(join(data, 'tables.new/dynamodb.db'), '');
    // Like a start that is killed before it has created the table.
    const servers = await startEmbeddedServers(data);
    await servers.stop();
    const runtime = await runtimeOn(data);
    await runtime.stop();
  });
});

// Regression: these files were taken for damaged.
it.skipIf(process.platform === 'win32').each([
  ['tables', 0o500],
  ['tables/dynamodb.db', 0o400],
  ['queues', 0o500],
])('reports files without write permission as such: %s', (name, mode) => {
  const script = `
    import { checkStore } from ${JSON.stringify(join(import.meta.dirname, '../../local/data-folder/check-store.ts'))};
    if (process.getuid() === 0) {
      process.setgid(65534);
      process.setuid(65534);
    }
    try {
      checkStore(${JSON.stringify(data)});
    } catch (error) {
      console.log(error.message);
    }`;
  for (const path of [folder, data]) chmodSync(path, 0o755);
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', '65534:65534', data]);
  chmodSync(join(data, name), mode);
  const node = ['--no-warnings', '--input-type=module', '-e', script];
  const { stdout } = spawnSync(process.execPath, node, { encoding: 'utf8' });
  chmodSync(join(data, name), 0o700);
  expect(stdout).toMatch(
    new RegExp(`^${join(data, name)}: expected to read and write it, got no permission`),
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
  ])('are reported with a remedy: %s', async (_, damage) => {
    damage();
    await expect(startEmbeddedServers(data)).rejects.toThrow(
      /fauxqs\.db: expected the queues \(SQLite\) of news-alerts, got [\s\S]*move it away \(mv [\s\S]*feeds are then polled again/,
    );
  });

  it.each([
    [
      'empty, but not their log',
      () => {
        truncateSync(path(), 0);
        writeFileSync(`${path()}-wal`, garbage(99));
      },
    ],
    [
      'gone, but not their log',
      () => {
        rmSync(path());
        writeFileSync(`${path()}-wal`, garbage(99));
      },
    ],
    [
      'of another version',
      () => {
        const other = new DatabaseSync(path());
        other.exec('ALTER TABLE sqs_messages DROP COLUMN receipt_handle');
        other.close();
      },
    ],
  ])('are reported and left alone: %s', async (_, damage) => {
    damage();
    await expect(startEmbeddedServers(data)).rejects.toThrow(
      /fauxqs\.db: expected the queues \(SQLite\) of news-alerts, got [\s\S]*move it away \(mv [\s\S]*feeds are then polled again/,
    );
    expect(readdirSync(join(data, 'queues')).length).toBeGreaterThan(0);
  });

  it('are not seen in a database without tables, which get created', async () => {
    rmSync(path());
    new DatabaseSync(path()).exec('PRAGMA journal_mode = WAL; PRAGMA user_version = 1');
    const runtime = await runtimeOn(data);
    await runtime.stop();
  });

  it('are not seen in an empty database, as a kill can leave it', async () => {
    truncateSync(path(), 0);
    const servers = await startEmbeddedServers(data);
    await servers.stop();
    expect(readFileSync(path()).length).toBeGreaterThan(0);
  });
});

describe('other files in the folder', () => {
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
  ])('reports %s as %s', async (name, _, damage, words) => {
    damage();
    const started = runtimeOn(data);
    await expect(started).rejects.toThrow(words);
    await expect(started).rejects.toThrow(name);
  });

  it.each([['config.json'], ['topics.bin'], ['servers.json']])(
    'replaces %s with garbage in it',
    async (name) => {
      writeFileSync(join(data, name), garbage(500));
      const runtime = await runtimeOn(data);
      await runtime.stop();
    },
  );

  it.each([
    ['garbage', () => writeFileSync(join(data, 'lock'), garbage(5_000))],
    ['a folder', () => asFolder('lock')],
  ])('reports a lock that is %s', (_, damage) => {
    damage();
    expect(() => lockFolder(data)).toThrow(
      /lock: expected a file to lock, got .*move it away \(it holds no data\)/,
    );
  });

  function asFolder(name: string): void {
    rmSync(join(data, name), { force: true });
    mkdirSync(join(data, name));
  }
});

describe('a LevelDB log', () => {
  let log = Buffer.alloc(0);
  const bytes = () => log;
  beforeAll(async () => {
    const level = new ClassicLevel(join(folder, 'level'));
    for (let n = 0; n < 200; n++) await level.put(`key ${n}`, 'x'.repeat(300));
    await level.close();
    const name = readdirSync(join(folder, 'level')).find((name) => name.endsWith('.log')) ?? '';
    log = readFileSync(join(folder, 'level', name));
  });

  it('is undamaged as written, truncated anywhere, and with zeros at its end', () => {
    const whole = bytes();
    expect(whole.length).toBeGreaterThan(40_000);
    expect(isLogDamaged(whole)).toBe(false);
    expect(isLogDamaged(new Uint8Array())).toBe(false);
    for (const cut of [whole.length - 1, whole.length - 300, 40_000, 32_768, 32_770]) {
      expect(isLogDamaged(whole.subarray(0, cut)), String(cut)).toBe(false);
    }
    expect(isLogDamaged(Buffer.concat([whole, Buffer.alloc(5_000)]))).toBe(false);
  });

  it('is damaged if any byte before the last block differs', () => {
    for (let n = 0; n < 50; n++) {
      const changed = Buffer.from(bytes());
      const at = random.integer(30_000);
      changed[at] = (changed[at] ?? 0) ^ 0x5a;
      expect(isLogDamaged(changed), String(at)).toBe(true);
    }
  });
});
