import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertsList } from '../../cli/alerts/alerts.ts';
import { check } from '../../cli/check/check.ts';
import { feedsExport } from '../../cli/feeds/feeds-export.ts';
import { feedsImport } from '../../cli/feeds/feeds-import.ts';
import { feedsList } from '../../cli/feeds/feeds-list.ts';
import { replay } from '../../cli/replay/replay.ts';
import { group } from '../../cli/stages/group.ts';
import { match } from '../../cli/stages/match.ts';
import { parse } from '../../cli/stages/parse.ts';
import { describeFileError, isDiskFull } from '../../config/file-error.ts';
import { lockFolder } from '../../local/data-folder/folder-lock.ts';
import { runCli } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'news-alerts-paths-'));
const config = join(folder, 'owls.yaml');
const at = (name: string) => join(folder, name);

beforeAll(() => {
  writeFileSync(config, 'topics: [{ id: owls, match: owl }]');
  mkdirSync(at('a-folder'));
  writeFileSync(at('a-file'), '\n');
  symlinkSync(at('circle'), at('circle'));
  mkdirSync(at('locked'), { mode: 0o000 });
  writeFileSync(at('unreadable'), 'x', { mode: 0o000 });
});
afterAll(() => {
  chmodSync(at('locked'), 0o700);
  rmSync(folder, { recursive: true });
});

const listOptions = { config, json: false, since: '7d' };

/** Every command that reads or writes a path, and what its error says it expected. */
const READERS: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
  ['parse', (path) => parse(path, {}), /expected a feed.*- for standard input/],
  ['match', (items) => match({ items, config }), /expected items as JSON lines.*- for standard input/],
  ['group', (items) => group({ items }), /expected items as JSON lines.*- for standard input/],
  [
    'feeds import',
    (path) => feedsImport(path, { config, dryRun: true, json: false }),
    /expected OPML.*- for standard input/,
  ],
  ['check', (path) => check({ config: path, json: false }), /expected the file with your feeds.*--config/],
  [
    'feeds list',
    (path) => feedsList({ config: path, json: false }),
    /expected the file with your feeds.*--config/,
  ],
  ['match --config', (path) => match({ items: '-', config: path }), /expected the file with.*--config/],
  [
    'alerts --config',
    (path) => alertsList({ ...listOptions, data: folder, config: path }),
    /expected the file.*--config/,
  ],
];
const FOLDERS: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
  ['replay', (dir) => replay(dir, config), /expected a folder of snapshots.*name another folder/],
  [
    'alerts --data',
    (data) => alertsList({ ...listOptions, data }),
    /expected the data folder of `npm start`.*--data/,
  ],
  [
    'check --data',
    (data) => check({ config, data, json: false }),
    /expected the data folder of `npm start`.*--data/,
  ],
];

async function thrownBy(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    expect((error as Error).name, String(error)).toMatch(/^(NewsAlertsError|ConfigError)$/);
    return (error as Error).message;
  }
  throw new Error('expected the command to fail, but it did not');
}

const RAW = /\bE[A-Z]{4,}\b|no such file or directory,|syscall/;

describe.each(READERS)('%s', (_name, run, expected) => {
  it.each([
    ['missing', 'no such file'],
    ['nowhere/x', 'no such file'],
    ['a-folder', 'a folder'],
    ['a-file/x', 'a file instead of a folder'],
    ['circle', 'a loop of symbolic links'],
    ['x'.repeat(300), 'a name that is too long'],
  ])('says what it expected and what it got at %s', async (name, got) => {
    const message = await thrownBy(() => run(at(name)));
    expect(message).toContain(at(name));
    expect(message).toContain(`got ${got}`);
    expect(message).toMatch(expected);
    expect(message).not.toMatch(RAW);
  });

  it.skipIf(process.getuid?.() === 0)(
    'says that it lacks permission for a file (skipped as root)',
    async () => {
      expect(await thrownBy(() => run(at('unreadable')))).toContain('got no permission');
    },
  );
});

describe.each(FOLDERS)('%s', (_name, run, expected) => {
  it.each([
    ['missing', 'no such file'],
    ['a-file', 'a file'],
    ['a-file/x', 'a file instead of a folder'],
    ['a-folder', /got (no files|a folder without its tables)/],
    ['circle', 'a loop of symbolic links'],
  ])('says what it expected and what it got at %s', async (name, got) => {
    const message = await thrownBy(() => run(at(name)));
    expect(message).toContain(at(name));
    expect(message).toMatch(got);
    expect(message).toMatch(expected);
    expect(message).not.toMatch(RAW);
  });

  it.skipIf(process.getuid?.() === 0)(
    'says that it lacks permission for a folder (skipped as root)',
    async () => {
      expect(await thrownBy(() => run(at('locked')))).toMatch(/no permission/);
    },
  );
});

describe('feeds export', () => {
  it.each([
    ['a-folder', 'a folder'],
    ['nowhere/x.opml', 'no such file'],
    ['a-file/x.opml', 'a file instead of a folder'],
    ['circle', 'a loop of symbolic links'],
  ])('says why it cannot write to %s', async (name, got) => {
    const message = await thrownBy(() => feedsExport(at(name), config));
    expect(message).toContain(`${at(name)}: expected a writable file`);
    expect(message).toContain(`got ${got}`);
    expect(message).not.toMatch(RAW);
  });
});

describe('the data folder of start', () => {
  it.each(['a-file', 'a-file/x', 'circle'])('is refused at %s', async (name) => {
    const message = await thrownBy(() => lockFolder(at(name)));
    expect(message).toMatch(/expected a folder that can be written to, got .*--data/);
    expect(message).not.toMatch(RAW);
  });
});

describe('unusable input', () => {
  it('is reported when empty', async () => {
    writeFileSync(at('empty'), '');
    expect(await thrownBy(() => parse(at('empty'), {}))).toContain('expected a feed, got nothing (empty)');
    const matched = await runCli(['match', '--items', at('empty'), '--config', config]);
    expect(matched.stderr).toContain(`${at('empty')}: no items found`);
    expect(matched.code).toBe(0);
  });

  it('is reported when it has another encoding', async () => {
    const { stderr, code } = await runCli(
      ['match', '--items', '-', '--config', config],
      {},
      undefined,
      Buffer.from('\ufeff{"id":1,"title":"An owl"}\n', 'utf16le'),
    );
    expect(stderr).toContain('standard input:1: expected an item as JSON');
    expect(stderr).toContain('(the file must be UTF-8)');
    expect(code).toBe(1);
  });
});

describe('a file error', () => {
  it.each([
    ['EACCES', 'no permission'],
    ['EPERM', 'no permission'],
    ['EROFS', 'a read-only file system'],
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'quota'],
    ['EMFILE', 'too many open files'],
  ])('with the code %s is described in words', (code, words) => {
    expect(describeFileError(Object.assign(new Error(`${code}: so it is, open 'x'`), { code }))).toContain(
      words,
    );
  });

  it('with an unknown code keeps the message of the system', () => {
    expect(describeFileError(Object.assign(new Error('EODD: odd'), { code: 'EODD' }))).toBe('EODD: odd');
    expect(describeFileError('odd')).toBe('odd');
  });

  it('says whether the disk is full', () => {
    const errors = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].map((code) => Object.assign(new Error(), { code }));
    expect(errors.map(isDiskFull)).toEqual([true, true, true, false]);
  });
});
