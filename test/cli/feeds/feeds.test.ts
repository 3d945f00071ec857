import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canariesIn } from '../../helpers/canary.ts';
import { runCli } from '../../helpers/cli.ts';
import { loopbackServer } from '../../helpers/loopback-server.ts';

const TEXT =
  '# mine\nfeeds:\n  - https://owls.example/rss # one\n\ntopics: # what to watch\n  - { id: owls, match: [owl, owls] }\n';
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-feeds-'));
  file = join(folder, 'mine.yaml');
  writeFileSync(file, TEXT);
});
afterEach(() => rmSync(folder, { recursive: true }));

const now = () => readFileSync(file, 'utf8');
const feeds = (args: readonly string[], input?: string | Uint8Array) =>
  runCli(
    ['feeds', ...args, '--config', file, ...(args[0] === 'add' ? ['--loopback-feeds'] : [])],
    {},
    undefined,
    input,
  );

const RSS =
  '<rss version="2.0"><channel><title>Bats &amp; more</title><item><guid>1</guid><title>At night</title>' +
  '<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item></channel></rss>';

/** A site with a feed at /bats.xml; a page without feeds at /; nothing else. */
const site = () =>
  loopbackServer((response, _number, { path }) => {
    if (path === '/bats.xml') response.end(RSS);
    else if (path === '/') response.end('<!doctype html><html><p>Bats</p></html>');
    else if (path !== '/never') response.writeHead(404).end();
  });

describe('news-alerts feeds add', () => {
  it('shows the feed, and adds it to the file with what was asked for', async () => {
    const { url } = await site();
    const { stdout, code } = await feeds([
      'add',
      `${url}/bats.xml`,
      '--id',
      'bats',
      '--every',
      '1h',
      '--tag',
      'a',
      '--tag',
      'b',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Bats & more  ${url}/bats.xml  (1 item)\n  2026-01-05 10:00 UTC  At night\n`);
    expect(stdout).toContain(`added to ${file} as bats`);
    expect(now()).toBe(
      TEXT.replace(
        '# one\n',
        `# one\n  - id: bats\n    url: ${url}/bats.xml\n    title: Bats & more\n    every: 1h\n    tags: [a, b]\n`,
      ),
    );
    expect((await runCli(['check', '--config', file])).code).toBe(0);
  });

  it('with --dry-run only shows what it would write', async () => {
    const { url } = await site();
    const { stdout, code } = await feeds(['add', `${url}/bats.xml`, '--title', 'B', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/would be added to .*:\n- id: 127-0-0-1-bats-xml\n {2}url: .*\n {2}title: B\n$/);
    expect(now()).toBe(TEXT);
  });

  it('reads a feed by the name of a secret, writes the name, and shows no value', async () => {
    const server = await loopbackServer((response) => response.end(RSS));
    const args = ['feeds', 'add', `${server.url}/bats?key=\${BATS_KEY}`, '--id', 'bats', '--loopback-feeds'];
    const env = { BATS_KEY: 'cnryB7x2Kq9m' };
    const { stdout, stderr, code } = await runCli([...args, '--config', file], env);
    expect({ code, canaries: canariesIn(stdout + stderr, env) }).toEqual({ code: 0, canaries: [] });
    expect(server.requests.map(({ path }) => path)).toEqual(['/bats?key=cnryB7x2Kq9m']);
    expect(now()).toContain(`url: ${server.url}/bats?key=\${BATS_KEY}\n`);
    const checked = await runCli(['check', '--config', file]);
    expect(checked.stderr).toContain(
      'BATS_KEY is not set on this machine: npm start cannot read bats without it',
    );
    expect(checked.code).toBe(0);
  });

  it('suggests a name for what looks like a secret, without showing it', async () => {
    const server = await loopbackServer((response) => response.end(RSS));
    const { stdout, stderr } = await feeds([
      'add',
      `${server.url}/bats?token=cnryB7x2Kq9m`,
      '--id',
      'my-bats',
    ]);
    expect(canariesIn(stdout + stderr, { token: 'cnryB7x2Kq9m' })).toEqual([]);
    expect(stdout).toContain(`put MY_BATS_TOKEN=… in .env, and write \${MY_BATS_TOKEN} in its place`);
  });

  it('takes no name of a secret from a page', async () => {
    const page = `<!doctype html><link rel="alternate" type="application/rss+xml" href="/f?a=\${HOME}">`;
    const server = await loopbackServer((response, _number, { path }) =>
      response.end(path === '/' ? page : RSS),
    );
    expect((await feeds(['add', `${server.url}/`, '--id', 'bats'])).code).toBe(0);
    expect(now()).toContain(`/f?a=$\${HOME}`);
  });

  it('tells a feed that is there already, and asks nobody', async () => {
    const { stdout, code } = await feeds(['add', 'http://owls.example/rss/']);
    expect(stdout).toContain(
      'has it already, as owls-example-rss: https://owls.example/rss; nothing was changed',
    );
    expect({ code, text: now() }).toEqual({ code: 0, text: TEXT });
  });

  it('looks for the feed of a page that names none, and says where', async () => {
    const { url, requests } = await site();
    const { stderr, code } = await feeds(['add', url]);
    expect(code).toBe(1);
    expect(stderr).toContain('names no feed; trying the usual places');
    expect(stderr).toMatch(
      /expected a feed, got a web page that names none, and none at .*\/index\.xml; look on the page/,
    );
    expect(requests).toHaveLength(7);
    expect(now()).toBe(TEXT);
  });

  it('says what it got instead of a feed', async () => {
    const { url } = await site();
    const { stderr, code } = await feeds(['add', `${url}/none`]);
    expect({ code, text: now() }).toEqual({ code: 1, text: TEXT });
    expect(stderr).toContain(
      `${url}/none: expected a feed, got HTTP 404: nothing is at this address; look on the site for the new one`,
    );
  });

  it('stops on Ctrl-C, with nothing changed', async () => {
    const { url, requests } = await site();
    const { stderr, code } = await runCli(
      ['feeds', 'add', `${url}/never`, '--loopback-feeds', '--config', file],
      {},
      (soFar, interrupt) => {
        if (soFar.includes('Ctrl-C stops it')) setTimeout(interrupt, requests.length > 0 ? 0 : 500);
      },
    );
    expect({ code, text: now() }).toEqual({ code: 130, text: TEXT });
    expect(stderr).toContain('Stopped; nothing was changed.');
  });

  it.each([
    [['ftp://owls.example/'], 'expected the address of a feed or page, got ftp://owls.example/'],
    [['owls.example', '--id', 'Owls'], 'id: expected an id of at most 64 lower-case letters'],
    [
      ['owls.example', '--every', '5'],
      'every: expected a duration between 1m and 7d, such as 5m, or a range, such as 5m to 20m, got 5',
    ],
  ])('exits with 2 on %j', async (args, message) => {
    const { stderr, code } = await feeds(['add', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('tells the faults of a file as check does, and leaves it alone', async () => {
    writeFileSync(file, `${TEXT}oops: 1\n`);
    const { stderr, code } = await feeds(['add', 'owls.example']);
    expect({ code, text: now() }).toEqual({ code: 1, text: `${TEXT}oops: 1\n` });
    expect(stderr).toContain('mine.yaml:7:1 oops: expected a known key');
  });

  it('refuses an id that another feed has', async () => {
    const { stderr, code } = await feeds(['add', 'bats.example', '--id', 'owls-example-rss']);
    expect(code).toBe(1);
    expect(stderr).toContain('expected an id of its own, got owls-example-rss');
  });
});

describe('news-alerts feeds import', () => {
  it('adds the feeds of a file, and tells which it skips and why', async () => {
    const opml = join(folder, 'reader.opml');
    writeFileSync(
      opml,
      Buffer.from(
        '<?xml version="1.0" encoding="windows-1252"?><opml version="1.0"><body><outline text="N\xe4chte & mehr">\n' +
          '<outline text="Bats" xmlurl="http://bats.example/?a=1&b=2">\n<outline text="Owls" xmlUrl="https://owls.example/rss/">\n' +
          '<outline text="Nothing"/></outline>\n<outline text="Bats" XMLURL="feed://bats.example/?a=1&b=2"></body></opml>',
        'latin1',
      ),
    );
    const { stdout, stderr, code } = await feeds(['import', opml]);
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(stderr).toBe(`${opml}: 4 outlines read
added to ${file}: 1 feed
skipped: 3
  there already: 1
    line 3: Owls  https://owls.example/rss/ (as owls-example-rss)
  no address of a feed: 1
    line 4: Nothing
  more than once in the file: 1
    line 5: Bats  feed://bats.example/?a=1&b=*** (first in line 2)
`);
    expect(now()).toBe(
      TEXT.replace(
        '# one\n',
        '# one\n  - id: bats-example-89fcec29\n    url: http://bats.example/?a=1&b=2\n    title: Bats\n    tags: [nächte-mehr]\n',
      ),
    );
  });

  it('reads standard input, and with --dry-run only prints what it would write', async () => {
    const input = '\ufeff<opml><body><outline title="Bats" url="http://bats.example/"/></body></opml>';
    const { stdout, code } = await feeds(['import', '-', '--dry-run'], input);
    expect({ code, text: now() }).toEqual({ code: 0, text: TEXT });
    expect(stdout).toBe('- id: bats-example\n  url: http://bats.example/\n  title: Bats\n');
  });

  it.each([
    ['<rss version="2.0"/>', 'got <rss>; a feed is added by its address: news-alerts feeds add URL'],
    ['feeds', 'got a document without any element'],
    ['<opml/>', 'got one without any outline'],
    ['<opml><outline text="x"/></opml>', 'expected outlines with the address of a feed (xmlUrl), got none'],
    [Buffer.alloc(5 * 1024 * 1024 + 1, 32), 'expected OPML of at most 5 MB, got more'],
    [`<opml>${'<outline/>'.repeat(60_000)}`, 'expected at most 50000 outlines, got more; split it'],
  ])('exits with 1 on what is no list of feeds', async (input, message) => {
    const { stderr, code } = await feeds(['import', '-'], input);
    expect({ code, text: now() }).toEqual({ code: 1, text: TEXT });
    expect(stderr).toContain(message);
  });

  // Some seconds; were it quadratic in anything, minutes.
  it('takes ten thousand feeds in no more than their share of time', { timeout: 60_000 }, async () => {
    const outlines = Array.from(
      { length: 10_000 },
      (_, n) =>
        `<outline text="F ${n % 50}"><outline text="Feed ${n}" xmlUrl="https://f${n}.example/rss?a=1&b=2"/></outline>`,
    );
    const { stderr, code } = await feeds(['import', '-'], `<opml><body>${outlines.join('\n')}</body></opml>`);
    expect(stderr).toContain('10,000 feeds');
    expect(code).toBe(0);
  });
});

describe('news-alerts feeds export and list', () => {
  it('export writes what import finds there already', async () => {
    const { stdout } = await feeds(['export']);
    expect(stdout).toContain(
      '<outline type="rss" text="owls.example" title="owls.example" xmlUrl="https://owls.example/rss"/>',
    );
    const opml = join(folder, 'out.opml');
    for (let time = 0; time < 2; time++) {
      const { stderr, code } = await feeds(['export', opml]);
      expect({ stderr, code }).toEqual({ stderr: `1 feed exported to ${opml}\n`, code: 0 });
      expect(readFileSync(opml, 'utf8')).toBe(stdout);
    }
    expect((await feeds(['import', opml])).stderr).toContain('there already: 1');
  });

  it('export refuses to write over the configuration, and says when it cannot write', async () => {
    const over = await feeds(['export', file]);
    expect({ code: over.code, text: now() }).toEqual({ code: 2, text: TEXT });
    expect(over.stderr).toContain('which is the configuration itself');
    const { stderr, code } = await feeds(['export', join(folder, 'none', 'x.opml')]);
    expect(code).toBe(1);
    expect(stderr).toContain('got no such file or folder; name another file');
  });

  it('list prints a feed a line', async () => {
    writeFileSync(
      file,
      'feeds: [{ id: a, url: "http://a.example/", tags: [x, y] }, { id: b, url: "http://b.example/", enabled: false }]\ntopics: [{ id: t, match: x }]\n',
    );
    const { stdout, code } = await feeds(['list']);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'a\t5 min to 20 min\thttp://a.example/\ta.example\tx, y\nb\toff\thttp://b.example/\tb.example\n',
    );
  });
});
