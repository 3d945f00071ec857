import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfigFile } from '../../../config/load.ts';
import { lockFolder } from '../../../local/data-folder/folder-lock.ts';
import { makePrivateFolder } from '../../../local/data-folder/private-folder.ts';
import { createOutbox, outboxFile } from '../../../local/outbox/outbox.ts';
import { startRuntime } from '../../../local/runtime.ts';

let around: string;
let data: string;
beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'news-alerts-private-'));
  data = join(around, 'data');
});
afterEach(() => rmSync(around, { recursive: true }));

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
/** Returns the paths in a folder, and the folder itself, that other users may access. */
const open = (folder: string) =>
  ['', ...readdirSync(folder, { recursive: true }).map(String)]
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path) && statSync(path).mode & 0o077);

describe.skipIf(process.platform === 'win32')('the data folder', () => {
  const quiet = () => undefined;

  it.each(['000', '022', '077'])('and its content are private with umask %s', async (umask) => {
    // Vitest runs tests in worker threads, which cannot set the umask.
    const script = `
      import { startEmbeddedServers } from ${JSON.stringify(join(import.meta.dirname, '../../../local/embedded-servers.ts'))};
      import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, '../../../local/data-folder/folder-lock.ts'))};
      process.umask(0o${umask});
      const lock = lockFolder(${JSON.stringify(data)});
      const servers = await startEmbeddedServers(${JSON.stringify(data)});
      console.log(servers.dynamodb);
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
    expect(readdirSync(data)).toEqual(expect.arrayContaining(['lock', 'queues', 'tables']));
    expect(readdirSync(join(data, 'tables')).length).toBeGreaterThan(0);
    expect(open(data)).toEqual([]);
  });

  it('of an earlier release becomes private', async () => {
    const file = join(around, 'owls.yaml');
    writeFileSync(file, 'topics: [{ id: owls, match: owl }]');
    const start = () =>
      startRuntime({
        config: loadConfigFile(file, {}).config,
        subscriptions: [],
        dataDir: data,
        clock: Date.now,
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      });
    await (await start()).stop();
    lockFolder(data).release();
    await createOutbox({ file: outboxFile(data) }).close();
    for (const path of [
      data,
      ...readdirSync(data, { recursive: true }).map((name) => join(data, String(name))),
    ]) {
      chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
    }
    writeFileSync(join(data, 'outbox.jsonl.unreadable'), 'x', { mode: 0o644 });
    writeFileSync(join(data, 'channels.json.tmp'), 'x', { mode: 0o644 });
    await (await start()).stop();
    expect(open(data)).toEqual([]);
    expect([mode(data), mode(join(data, 'tables')), mode(join(data, 'config.json'))]).toEqual([
      '700',
      '700',
      '600',
    ]);
  });

  it('that holds other files stays as it is, and only our files in it become private', () => {
    mkdirSync(join(data, 'photos'), { recursive: true, mode: 0o755 });
    writeFileSync(join(data, 'letter.txt'), 'x', { mode: 0o644 });
    writeFileSync(join(data, 'channels.json'), '{}', { mode: 0o644 });
    chmodSync(data, 0o755);
    expect(makePrivateFolder(data)).toBeUndefined();
    expect(mode(data)).toBe('755');
    expect(open(data)).toEqual([data, join(data, 'letter.txt'), join(data, 'photos')]);
  });

  // Regression: the owner's programs in a folder with one of our names could no longer be started.
  it("keeps the owner's permissions", () => {
    mkdirSync(join(data, 'demo'), { recursive: true });
    writeFileSync(join(data, 'demo/run.sh'), 'x');
    chmodSync(join(data, 'demo/run.sh'), 0o755);
    expect(makePrivateFolder(data)).toBeUndefined();
    expect(mode(join(data, 'demo/run.sh'))).toBe('700');
  });

  it('does not follow links to other files', () => {
    const letter = join(around, 'letter.txt');
    writeFileSync(letter, 'x', { mode: 0o644 });
    mkdirSync(join(around, 'photos'), { mode: 0o755 });
    mkdirSync(data);
    symlinkSync(letter, join(data, 'outbox.jsonl'));
    symlinkSync(join(around, 'photos'), join(data, 'tables'));
    expect(makePrivateFolder(data)).toBeUndefined();
    expect([mode(letter), mode(join(around, 'photos')), mode(data)]).toEqual(['644', '755', '700']);
  });

  it('may be a link itself', () => {
    mkdirSync(join(around, 'real'), { mode: 0o755 });
    symlinkSync(join(around, 'real'), data);
    expect(makePrivateFolder(data)).toBeUndefined();
    expect(mode(data)).toBe('700');
  });

  it('is not blocked by a pipe in place of a file', () => {
    mkdirSync(data);
    spawnSync('mkfifo', ['-m', '666', join(data, 'channels.json')]);
    expect(makePrivateFolder(data)).toBeUndefined();
    expect(open(data)).toEqual([]);
  });

  it('whose permissions cannot be changed causes a warning, and is used', ({ skip }) => {
    mkdirSync(data);
    writeFileSync(join(data, 'channels.json'), '{}', { mode: 0o644 });
    // Skipped without permission to mount.
    if (spawnSync('mount', ['--bind', '-o', 'ro', data, data]).status !== 0) skip();
    spawnSync('mount', ['-o', 'remount,bind,ro', data]);
    try {
      expect(makePrivateFolder(data)).toMatch(
        /to be readable only by you, but others can read .*data.*and 1 more; move the folder/,
      );
    } finally {
      spawnSync('umount', [data]);
    }
  });
});
