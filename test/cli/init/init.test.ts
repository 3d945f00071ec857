import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newConfigText } from '../../../cli/init/new-config.ts';
import { STARTER_FEEDS } from '../../../cli/init/starter-feeds.ts';
import { loadConfigFile, parseConfig } from '../../../config/load.ts';
import { runCli } from '../../helpers/cli.ts';
import { listening } from '../../helpers/loopback-server.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(file(name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const init = (...args: string[]) => runCli(['init', '--config', file('news-alerts.yaml'), ...args]);

const site = () =>
  listening(({ url }, response) => {
    if (url === '/rss')
      response.end(
        '<rss><channel><title>Harbour Times</title><item><title>Dockers strike</title></item></channel></rss>',
      );
    else
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><link rel=alternate type="application/rss+xml" href=/rss>');
  });

describe('init without a terminal', () => {
  it('writes a valid configuration from its options, with the address in .env', async () => {
    const origin = await site();
    const answers = ['--watch', 'harbour "port strike"', '--feed', origin, '--email', 'me@news-alerts.org'];
    const { stderr, code } = await init(...answers, '--loopback-feeds');
    expect(stderr).toContain('1 feed, 1 topic, 1 recipient (in .env)');
    expect(stderr).toContain(`Next: cd ${folder} && npx news-alerts start`);
    expect(code).toBe(0);
    const { config, subscriptions } = loadConfigFile(file('news-alerts.yaml'), {
      ALERTS_EMAIL: 'me@news-alerts.org',
    });
    expect(config.feeds).toMatchObject([{ url: `${origin}/rss`, title: 'Harbour Times' }]);
    expect(config.topics).toMatchObject([{ id: 'harbour-port-strike', name: 'harbour port strike' }]);
    expect(subscriptions).toMatchObject([{ protocol: 'email', endpoint: 'me@news-alerts.org' }]);
    expect(read('news-alerts.yaml')).not.toContain('me@news-alerts.org');
    expect(read('.env')).toBe('ALERTS_EMAIL=me@news-alerts.org\n');
    expect(statSync(file('.env')).mode & 0o777).toBe(0o600);
    expect(read('.gitignore')).toBe('.env\n.news-alerts/\n');
  });

  it('keeps what .env and .gitignore have', async () => {
    writeFileSync(file('.env'), 'OTHER=1');
    writeFileSync(file('.gitignore'), 'node_modules/\n.env\n');
    const { code } = await init(
      '--watch',
      'a',
      '--feed',
      await site(),
      '--email',
      'a@b.org',
      '--loopback-feeds',
    );
    expect(code).toBe(0);
    expect(read('.env')).toBe('OTHER=1\nALERTS_EMAIL=a@b.org\n');
    expect(read('.gitignore')).toBe('node_modules/\n.env\n.news-alerts/\n');
  });

  it.each<[string, string[], string, number]>([
    ['no answers', [], 'expected a terminal for the questions, or the answers as options', 2],
    ['a broken query', ['--watch', 'a AND ('], 'expected a closing ), got the end\na AND (\n      ^', 2],
    [
      'an address that is none',
      ['--watch', 'a', '--feed', 'ftp://x', '--email', ''],
      'expected an address',
      2,
    ],
    [
      'a wrong email address',
      ['--watch', 'a', '--feed', 'SITE', '--email', 'me'],
      'expected an email address, got me',
      2,
    ],
    [
      'a word for which there are no feeds',
      ['--watch', 'a', '--feed', 'atlantis'],
      'expected the address of a site or feed, or one of world, uk,',
      2,
    ],
    ['an address without a feed', ['--watch', 'a', '--feed', 'http://127.0.0.1:1/'], 'expected a feed', 1],
  ])('with %s writes nothing', async (_, args, message, code) => {
    const origin = await site();
    const ran = await init(...args.map((arg) => (arg === 'SITE' ? origin : arg)), '--loopback-feeds');
    expect(ran.stderr).toContain(message);
    expect(ran.code).toBe(code);
    expect(existsSync(file('news-alerts.yaml'))).toBe(false);
    expect(existsSync(file('.env'))).toBe(false);
  });

  it('prints what it wrote as JSON, and nothing else on standard output', async () => {
    const origin = await site();
    const answers = ['--watch', 'harbour', '--feed', origin, '--email', 'me@news-alerts.org'];
    const { stdout, code } = await init(...answers, '--loopback-feeds', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      config: file('news-alerts.yaml'),
      feeds: [{ url: `${origin}/rss`, title: 'Harbour Times' }],
      watch: 'harbour',
      email: 'me@news-alerts.org',
      files: ['news-alerts.yaml', '.env', '.gitignore'].map(file),
    });
  });

  it('never replaces a configuration', async () => {
    writeFileSync(file('news-alerts.yaml'), 'mine');
    const { stderr, code } = await init('--watch', 'a');
    expect(stderr).toContain('yet, got one; edit it');
    expect(code).toBe(1);
    expect(read('news-alerts.yaml')).toBe('mine');
  });
});

describe('the text of a new configuration', () => {
  it.each([
    'flood',
    '(storm OR "storm surge") -obituary title:coast',
    'echo "it: [x], {y} # no comment"',
    'наводнение',
    '/^Storm \\d+/ storm NEAR/5 coast',
    '-dash "- list: item"',
  ])('is valid for %s', (watch) => {
    const text = newConfigText({ watch, feeds: STARTER_FEEDS, hasEmail: false });
    const { config } = parseConfig(text, 'news-alerts.yaml', {});
    expect(config.feeds).toHaveLength(STARTER_FEEDS.length);
    expect(config.topics[0]?.id).toMatch(/^[a-z0-9-]+$/);
    expect(text).toMatch(/^topics:\n {2}- id: /m);
  });
});
