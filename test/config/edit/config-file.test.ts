import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFeeds, readConfig, replaceFile } from '../../../config/edit/config-file.ts';
import { ConfigError } from '../../../config/faults.ts';

const TEXT = '# mine\nfeeds:\n  - https://a.example/ # one\ntopics: [{ id: owls, match: owls }]\n';
const OWLS = { id: 'owls', url: 'https://owls.example/rss' };
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-file-'));
  file = join(folder, 'news-alerts.yaml');
  writeFileSync(file, TEXT);
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = () => readFileSync(file, 'utf8');
const expectNoOtherFiles = () => expect(readdirSync(folder)).toEqual(['news-alerts.yaml']);

describe('addFeeds', () => {
  it('adds feeds to the file, and keeps its mode and the links to it', () => {
    chmodSync(file, 0o640);
    const other = mkdtempSync(join(tmpdir(), 'news-alerts-link-'));
    const link = join(other, 'link.yaml');
    symlinkSync(file, link);
    addFeeds(readConfig(link, {}), [OWLS], {});
    expect(text()).toBe(TEXT.replace('# one\n', '# one\n  - id: owls\n    url: https://owls.example/rss\n'));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expectNoOtherFiles();
    rmSync(other, { recursive: true });
  });

  it('does not change a file that is not valid, or would not be valid afterwards', () => {
    const config = readConfig(file, {});
    expect(() => addFeeds(config, [{ ...OWLS, every: '1s' }], {})).toThrow(ConfigError);
    expect(() => addFeeds(config, [{ id: 'a', url: 'https://a.example/' }], {})).toThrow(
      /expected a unique url/,
    );
    expect(text()).toBe(TEXT);
    writeFileSync(file, 'feeds: [');
    expect(() => readConfig(file, {})).toThrow(
      /news-alerts\.yaml:1:8 expected a closing \], got the end of the file/,
    );
    expect(text()).toBe('feeds: [');
    expectNoOtherFiles();
  });

  it('keeps what somebody else wrote meanwhile', () => {
    const config = readConfig(file, {});
    writeFileSync(file, `${TEXT}# another line\n`);
    expect(() => addFeeds(config, [OWLS], {})).toThrow(
      /somebody changed the file meanwhile.*Run the command again/,
    );
    expect(text()).toBe(`${TEXT}# another line\n`);
    expectNoOtherFiles();
  });

  it('says what to add by hand when it cannot', () => {
    writeFileSync(file, `${TEXT}...\n`.replace(/feeds:.*\n.*\n/, ''));
    expect(() => addFeeds(readConfig(file, {}), [OWLS], {})).toThrow(
      /nothing was changed\. Add this by hand:\n- id: owls\n {2}url: https:\/\/owls/,
    );
    expectNoOtherFiles();
  });
});

describe('replaceFile', () => {
  it('says why it cannot write', () => {
    expect(() => replaceFile(join(folder, 'none', 'x'), 'x')).toThrow(
      /expected a writable file.*got no such file/,
    );
  });
});
