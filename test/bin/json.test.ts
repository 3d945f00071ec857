import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { listening } from '../helpers/loopback-server.ts';

const RSS =
  '<rss version="2.0"><channel><title>Bats</title><item><guid>1</guid><title>At night</title>' +
  '<link>https://bats.example/1</link><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item></channel></rss>';
const ITEM = { title: 'At night', url: 'https://bats.example/1', at: '2026-01-05T10:00:00.000Z' };
const TEXT = `feeds:
  - { id: owls, url: https://owls.example/rss, title: Owls, every: 5m, tags: [night] }
topics: [{ id: owls, match: owl, deliver: daily at 07:30 }, { id: bats, match: bat }]
recipients: [{ email: me@news-alerts.org }]
`;

let folder: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-json-'));
  config = join(folder, 'mine.yaml');
  writeFileSync(config, TEXT);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a command with `--json`. Standard output must be one line of JSON. */
async function json(args: readonly string[], input = '', expectedCode = 0): Promise<unknown> {
  const { stdout, stderr, code } = await runCli(
    [...args, '--config', config, '--json'],
    {},
    undefined,
    input,
  );
  expect({ code, stderr }).toMatchObject({ code: expectedCode });
  expect(stdout).toMatch(/^.*\n$/);
  return JSON.parse(stdout);
}

describe('--json', () => {
  it('check prints a summary of a valid file', async () => {
    expect(await json(['check'])).toMatchObject({
      file: config,
      valid: true,
      faults: [],
      feeds: 1,
      topics: 2,
      recipients: 1,
      worstDay: { email: { messages: expect.any(Number), unbounded: [] }, sms: { messages: 0 } },
      month: { days: 30, topics: null, unknown: expect.stringContaining('there is no history yet') },
      notes: [],
    });
  });

  it('check prints the faults of a file, and exits with 1', async () => {
    writeFileSync(config, 'feeds:\n  - ftp://example.com\ntopics:\n  - id: a\n    match: storm OR\n');
    expect(await json(['check'], '', 1)).toEqual({
      file: config,
      valid: false,
      faults: [
        expect.objectContaining({ line: 2, column: 5, path: 'feeds[0]' }),
        expect.objectContaining({
          line: 5,
          path: 'topics.a.match',
          message: expect.stringContaining('expected something to look for after OR'),
          snippet: expect.stringContaining('^^'),
        }),
      ],
    });
  });

  it('feeds list prints the feeds', async () => {
    expect(await json(['feeds', 'list'])).toEqual({
      config,
      feeds: [
        {
          id: 'owls',
          url: 'https://owls.example/rss',
          title: 'Owls',
          tags: ['night'],
          enabled: true,
          everySeconds: 300,
          everyAtMostSeconds: expect.any(Number),
        },
      ],
    });
  });

  it('feeds test prints all items', async () => {
    const url = await listening((_, response) => response.end(RSS));
    expect(await json(['feeds', 'test', `${url}/`, '--loopback-feeds'])).toEqual({
      url: `${url}/`,
      title: 'Bats',
      items: [ITEM],
    });
  });

  it('feeds add prints the feed that it added, or would add, or knows', async () => {
    const url = `${await listening((_, response) => response.end(RSS))}/rss`;
    const add = ['feeds', 'add', url, '--id', 'bats', '--tag', 'night', '--loopback-feeds'];
    const feed = { id: 'bats', url, title: 'Bats', tags: ['night'] };
    expect(await json([...add, '--dry-run'])).toEqual({ config, result: 'would-add', feed, items: [ITEM] });
    expect(readFileSync(config, 'utf8')).toBe(TEXT);
    expect(await json(add)).toEqual({ config, result: 'added', feed, items: [ITEM] });
    expect(readFileSync(config, 'utf8')).toContain(url);
    const known = { id: 'bats', url, title: 'Bats' };
    expect(await json(add)).toEqual({ config, result: 'known', feed: known, items: [] });
  });

  it('feeds add prints the feeds of a page that leads to several', async () => {
    const url = await listening((request, response) => {
      if (request.url === '/')
        response
          .setHeader('content-type', 'text/html')
          .end(
            '<!doctype html><link rel=alternate type="application/rss+xml" href=/bats><link rel=alternate type="application/rss+xml" href=/owls>',
          );
      else
        response.end(
          RSS.replace('Bats', request.url === '/bats' ? 'Bats' : 'Owls')
            .replace(/<guid>1/, `<guid>${request.url}`)
            .replace('/1</link>', `${request.url}</link>`),
        );
    });
    expect(await json(['feeds', 'add', `${url}/`, '--loopback-feeds'], '', 1)).toEqual({
      config,
      result: 'several',
      page: `${url}/`,
      offers: [
        { kind: 'feed', url: `${url}/bats`, title: 'Bats', description: expect.stringContaining('1 item') },
        { kind: 'feed', url: `${url}/owls`, title: 'Owls', description: expect.stringContaining('1 item') },
      ],
    });
    expect(readFileSync(config, 'utf8')).toBe(TEXT);
  });

  it('feeds pause and resume print the feed', async () => {
    const feed = { id: 'owls', url: 'https://owls.example/rss', title: 'Owls' };
    expect(await json(['feeds', 'pause', 'owls'])).toEqual({ config, result: 'paused', feed });
    expect(await json(['feeds', 'resume', 'owls'])).toEqual({ config, result: 'resumed', feed });
  });

  it('feeds remove prints the feed that it removed, or would remove', async () => {
    const feed = { id: 'owls', url: 'https://owls.example/rss', title: 'Owls' };
    expect(await json(['feeds', 'remove', 'owls', '--dry-run'])).toEqual({
      config,
      result: 'would-remove',
      feed,
    });
    expect(await json(['feeds', 'remove', 'owls'])).toEqual({ config, result: 'removed', feed });
    expect(readFileSync(config, 'utf8')).not.toContain('owls.example');
  });

  it('feeds import prints what it added and what it skipped, without secrets', async () => {
    const opml = `<opml><body><outline text="Bats" xmlUrl="https://bats.example/rss?api_key=0123456789abcdef"/>
      <outline text="Owls" xmlUrl="https://owls.example/rss"/></body></opml>`;
    for (const [options, result] of [
      [['--dry-run'], 'would-add'],
      [[], 'added'],
    ] as const) {
      const printed = await json(['feeds', 'import', '-', ...options], opml);
      expect(printed).toEqual({
        config,
        result,
        feeds: [
          { id: expect.any(String), url: expect.stringContaining('https://bats.example/rss'), title: 'Bats' },
        ],
        skipped: [
          {
            line: 2,
            name: 'Owls',
            url: 'https://owls.example/rss',
            reason: expect.any(String),
            detail: expect.toBeOneOf([expect.any(String), null]),
          },
        ],
      });
      expect(JSON.stringify(printed)).not.toContain('0123456789abcdef');
    }
    expect(readFileSync(config, 'utf8')).toContain('0123456789abcdef');
  });

  it('prints nothing on standard output after a failure', async () => {
    const { stdout, stderr, code } = await runCli(['feeds', 'remove', 'none', '--config', config, '--json']);
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(stderr).toContain('expected the id of a feed in');
  });
});
