import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPILE_CACHE } from '../helpers/compile-cache.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let config: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-cli-'));
  config = join(folder, 'topics.yaml');
  writeFileSync(
    config,
    'topics: [{ id: owls, match: owls }, { id: bats, match: "bat \\"long-eared bat\\"" }]',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function cli(args: readonly string[], input: string | Uint8Array = '') {
  const child = spawn(process.execPath, ['bin/cli.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, ...COMPILE_CACHE },
  });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { stdout, stderr, code };
}

const jsonLines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('news-alerts', () => {
  it('check accepts the shipped configuration', async () => {
    const { stdout, stderr, code } = await cli(['check']);
    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('news-alerts.yaml is valid: 6 feeds, 3 topics');
  });

  it('check lists all faults with their places, and exits with 1', async () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, 'feeds:\n  - ftp://example.com\ntopics:\n  - id: a\n    match: storm OR\n');
    const { stderr, code } = await cli(['check', '--config', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.yaml:2:5 feeds\[0\]: expected an http or https address/m);
    expect(stderr).toMatch(
      /bad\.yaml:5:18 topics\.a\.match: expected something to look for after OR, got the end\n +storm OR\n +\^\^\n/m,
    );
    expect(stderr.match(/bad\.yaml/g)).toHaveLength(2);
  });

  it('check exits with 1 for a broken topic; match reports the topic and uses the others', async () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, 'topics:\n  - { id: odd, match: (storm }\n  - { id: owls, match: owl }\n');
    const fault = 'broken.yaml:2:23 topics.odd.match: expected a closing ), got the end';
    const checked = await cli(['check', '--config', file]);
    expect(checked.code).toBe(1);
    expect(checked.stderr).toContain(fault);
    const matched = await cli(
      ['match', '--items', '-', '--config', file],
      '{"id":1,"title":"An owl in the storm"}',
    );
    expect(matched.code).toBe(0);
    expect(matched.stderr).toContain(fault);
    expect(matched.stderr).toContain('matches nothing until it is fixed; all other topics keep working');
    expect(jsonLines(matched.stdout)).toMatchObject([{ id: 1, topics: [{ topic: 'owls' }] }]);
  });

  it('names a missing file', async () => {
    const { stderr, code } = await cli(['start', '--config', join(folder, 'none.yaml')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/none\.yaml:1:1 expected the file with your feeds/);
  });

  it('parse prints a document as JSON on standard output, and nothing else', async () => {
    const feed = `<rss version="2.0"><channel><title>Woods</title><link>http://woods.example/</link>
      <item><guid>g1</guid><link>/owl</link><title>Owls &amp;amp; mice</title><pubDate>Mon, 05 Jan 2026 10:00:00 +0100</pubDate>
      <description>&lt;p&gt;At night.&lt;/p&gt;</description><category>Birds</category></item></channel></rss>`;
    const { stdout, stderr, code } = await cli(
      ['parse', '-', '--url', 'http://woods.example/feed.xml'],
      feed,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      feed: { title: 'Woods', url: 'http://woods.example/' },
      items: [
        {
          id: 'g1',
          url: 'http://woods.example/owl',
          title: 'Owls & mice',
          summary: 'At night.',
          content: '',
          published: '2026-01-05T09:00:00.000Z',
          updated: null,
          authors: [],
          categories: ['Birds'],
        },
      ],
    });
  });

  it('parse says what it got instead of a feed', async () => {
    const { stdout, stderr, code } = await cli(['parse', '-'], '<!doctype html><html></html>');
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(stderr).toContain('expected a feed, got a web page');
  });

  it('parse reads a compressed document, and says if it is corrupt', async () => {
    const compressed = gzipSync('<rss version="2.0"><channel><title>Woods</title></channel></rss>');
    const { stdout, code } = await cli(['parse', '-'], compressed);
    expect({ code, document: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      document: { feed: { title: 'Woods' } },
    });
    const corrupt = Buffer.concat([compressed.subarray(0, 10), Buffer.alloc(30, 0xff)]);
    const failed = await cli(['parse', '-'], corrupt);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('standard input: expected a feed, got a corrupt compressed body');
  });

  it('match prints a line for each item, and reports invalid lines', async () => {
    const input = [
      JSON.stringify({
        id: 1,
        title: 'A Barn Owl',
        url: 'http://news.example/1',
        published: '2026-01-05T09:00:00Z',
      }),
      'not json',
      JSON.stringify({ id: 'b', title: 'Nothing', summary: null, content: 'A bat; the long-eared bat.' }),
      JSON.stringify({ id: 'c', title: 'Nothing' }),
    ].join('\n');
    const { stdout, stderr, code } = await cli(['match', '--items', '-', '--config', config], input);
    expect(code).toBe(1);
    expect(stderr).toContain('standard input:2: expected an item as JSON, got not json');
    expect(jsonLines(stdout)).toEqual([
      {
        id: 1,
        topics: [
          { topic: 'owls', why: [{ term: 'owls', field: 'title', snippet: 'A Barn Owl', found: 'Owl' }] },
        ],
      },
      {
        id: 'b',
        topics: [
          {
            topic: 'bats',
            why: [
              { term: 'bat', field: 'content', snippet: 'A bat; the long-eared bat.', found: 'bat' },
              {
                term: 'long-eared bat',
                field: 'content',
                snippet: 'A bat; the long-eared bat.',
                found: 'long-eared bat',
              },
            ],
          },
        ],
      },
      { id: 'c', topics: [] },
    ]);
  });

  it('exits with 2 on wrong usage', async () => {
    const { stderr, code } = await cli(['start', '--port', 'x']);
    expect(code).toBe(2);
    expect(stderr).toContain('Expected a port from 0');
  });

  it('has an up-to-date JSON schema for editors', async () => {
    const { stdout } = await cli(['schema']);
    expect(readFileSync(join(root, 'news-alerts.schema.json'), 'utf8')).toBe(stdout);
  });
});
