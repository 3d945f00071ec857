import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canariesIn } from '../../helpers/canary.ts';
import { runCli } from '../../helpers/cli.ts';
import { loopbackServer } from '../../helpers/loopback-server.ts';
import { sized } from '../../helpers/size.ts';

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

const fileText = () => readFileSync(file, 'utf8');
const feeds = (args: readonly string[], input?: string | Uint8Array) =>
  runCli(
    [
      'feeds',
      ...args,
      '--config',
      file,
      ...(args[0] === 'add' || args[0] === 'test' ? ['--loopback-feeds'] : []),
    ],
    {},
    undefined,
    input,
  );

const RSS =
  '<rss version="2.0"><channel><title>Bats &amp; more</title><item><guid>1</guid><title>At night</title>' +
  '<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item></channel></rss>';

const LIVE = `<!doctype html><link rel="alternate" type="application/rss+xml" href="/bats.xml">
<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Bat night: live","liveBlogUpdate":[
{"headline":"First bat seen","datePublished":"2026-01-05T10:00:00Z","url":"#a"},
{"articleBody":"The moon is up. We wait.","datePublished":"2026-01-05T09:00:00Z","url":"#b"}]}</script>`;

/** Starts a site with a feed at /bats.xml, a live page at /live, a page without feeds at /, and no answer at /never. */
const site = () =>
  loopbackServer((response, _number, { path }) => {
    if (path === '/bats.xml') response.end(RSS);
    else if (path === '/live') response.end(LIVE);
    else if (path === '/') response.end('<!doctype html><html><p>Bats</p></html>');
    else if (path !== '/never') response.writeHead(404).end();
  });

describe('news-alerts feeds add', () => {
  it('previews the feed, and adds it to the file with the given options', async () => {
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
    expect(fileText()).toBe(
      TEXT.replace(
        '# one\n',
        `# one\n  - id: bats\n    url: ${url}/bats.xml\n    title: Bats & more\n    every: 1h\n    tags: [a, b]\n`,
      ),
    );
    expect((await runCli(['check', '--config', file])).code).toBe(0);
  });

  it('adds a live page by its own address, even if it names a feed', async () => {
    const { url } = await site();
    const { stdout, code } = await feeds(['add', `${url}/live`, '--id', 'live']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `Bat night: live  ${url}/live  (2 items)\n  2026-01-05 10:00 UTC  First bat seen\n  2026-01-05 09:00 UTC  The moon is up.\n`,
    );
    expect(fileText()).toContain(`id: live\n    url: ${url}/live\n    title: "Bat night: live"\n`);
  });

  it('only shows the new entry with --dry-run', async () => {
    const { url } = await site();
    const { stdout, code } = await feeds(['add', `${url}/bats.xml`, '--title', 'B', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/would add to .*:\n- id: 127-0-0-1-bats-xml\n {2}url: .*\n {2}title: B\n$/);
    expect(fileText()).toBe(TEXT);
  });

  it('reads a feed with the value of a secret, writes its name, and does not print the value', async () => {
    const server = await loopbackServer((response) => response.end(RSS));
    const args = ['feeds', 'add', `${server.url}/bats?key=\${BATS_KEY}`, '--id', 'bats', '--loopback-feeds'];
    const env = { BATS_KEY: 'cnryB7x2Kq9m' };
    const { stdout, stderr, code } = await runCli([...args, '--config', file], env);
    expect({ code, canaries: canariesIn(stdout + stderr, env) }).toEqual({ code: 0, canaries: [] });
    expect(server.requests.map(({ path }) => path)).toEqual(['/bats?key=cnryB7x2Kq9m']);
    expect(fileText()).toContain(`url: ${server.url}/bats?key=\${BATS_KEY}\n`);
    const checked = await runCli(['check', '--config', file]);
    expect(checked.stderr).toContain(
      'BATS_KEY is not set on this machine: npm start cannot read bats without it',
    );
    expect(checked.code).toBe(0);
  });

  it('suggests a name for a parameter that looks like a secret, without printing its value', async () => {
    const server = await loopbackServer((response) => response.end(RSS));
    const { stdout, stderr } = await feeds([
      'add',
      `${server.url}/bats?token=cnryB7x2Kq9m`,
      '--id',
      'my-bats',
    ]);
    expect(canariesIn(stdout + stderr, { token: 'cnryB7x2Kq9m' })).toEqual([]);
    expect(stdout).toContain(`put MY_BATS_TOKEN=… in .env and write \${MY_BATS_TOKEN} in the address`);
  });

  it('escapes the name of a secret in an address from a web page', async () => {
    const page = `<!doctype html><link rel="alternate" type="application/rss+xml" href="/f?a=\${HOME}">`;
    const server = await loopbackServer((response, _number, { path }) =>
      response.end(path === '/' ? page : RSS),
    );
    expect((await feeds(['add', `${server.url}/`, '--id', 'bats'])).code).toBe(0);
    expect(fileText()).toContain(`/f?a=$\${HOME}`);
  });

  it('reports a feed that the file already has, without a request', async () => {
    const { stdout, code } = await feeds(['add', 'http://owls.example/rss/']);
    expect(stdout).toContain(
      'already has this feed, as owls-example-rss: https://owls.example/rss; nothing was changed',
    );
    expect({ code, text: fileText() }).toEqual({ code: 0, text: TEXT });
  });

  it('tries common addresses when a page links to no feed, and names them', async () => {
    const { url, requests } = await site();
    const { stderr, code } = await feeds(['add', url]);
    expect(code).toBe(1);
    expect(stderr).toContain('links to no feed; trying the common addresses of feeds');
    expect(stderr).toMatch(
      /expected a feed, got a web page that links to none, and found none at .*\/index\.xml, .*\/robots\.txt; look for a link/,
    );
    expect(requests).toHaveLength(8);
    expect(fileText()).toBe(TEXT);
  });

  const NEWS =
    '<urlset><url><loc>/1</loc><news:news><news:publication><news:name>Bat News</news:name></news:publication><news:title>At night</news:title></news:news></url></urlset>';
  /** Starts a site with a front page that links to no feed, and these other documents. */
  const newsSite = (documents: Readonly<Record<string, string | Buffer>>) =>
    loopbackServer((response, _number, { path }) => {
      if (path === '/') response.end('<!doctype html><html><p>Bats</p></html>');
      else if (documents[path] === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(documents[path]);
    });

  it('adds the news sitemap that robots.txt names through an index, also if it is compressed', async () => {
    const { url, requests } = await newsSite({
      '/robots.txt': 'User-agent: *\nSITEMAP: /all.xml # all\n',
      '/all.xml':
        '<sitemapindex><sitemap><loc>/pages.xml</loc></sitemap><sitemap><loc>/news.xml.gz</loc></sitemap></sitemapindex>',
      '/news.xml.gz': gzipSync(NEWS),
    });
    const { stdout, stderr, code } = await feeds(['add', url]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Bat News  ${url}/news.xml.gz  (1 item)`);
    expect(stderr).toContain(
      `looking for news sitemaps in ${url}/robots.txt\n  ${url}/all.xml\n  ${url}/news.xml.gz\n`,
    );
    expect(requests.slice(-3).map(({ path }) => path)).toEqual(['/robots.txt', '/all.xml', '/news.xml.gz']);
    expect(fileText()).toContain(`url: ${url}/news.xml.gz\n    title: Bat News\n`);
  });

  it('lists several news sitemaps', async () => {
    const { url } = await newsSite({
      '/robots.txt': 'Sitemap: /news-en.xml\nSitemap: /news-fr.xml',
      '/news-en.xml': NEWS,
      '/news-fr.xml': NEWS,
      '/index.xml':
        '<sitemapindex><sitemap><loc>/news-en.xml</loc></sitemap><sitemap><loc>/news-fr.xml</loc></sitemap></sitemapindex>',
    });
    const list = ['en', 'fr'].map(
      (name, n) =>
        `  ${n + 1}. ${url}/news-${name}.xml\n     news sitemap: Bat News; 1 item, without dates\n`,
    );
    const end = `:\n${list.join('')}expected one feed, got 2; give one of these addresses instead`;
    const front = await feeds(['add', url]);
    expect(front.stderr).toContain(`${url}/ leads to 2 feeds, the best first${end}`);
    const index = await feeds(['add', `${url}/index.xml`]);
    expect(index.stderr).toContain(`${url}/index.xml is a sitemap index that names 2 news sitemaps${end}`);
    expect([front.code, index.code, fileText()]).toEqual([1, 1, TEXT]);
  });

  it('lists all that a front page leads to, with descriptions, and adds nothing', async () => {
    const now = Date.now();
    const item = (n: number, minutes: number) =>
      `<item><guid>${n}</guid><title>Bat ${n}</title><pubDate>${new Date(now - minutes * 60_000).toUTCString()}</pubDate></item>`;
    const rss = (title: string, items: string) =>
      `<rss version="2.0"><channel><title>${title}</title>${items}</channel></rss>`;
    const items = [1, 2, 3, 4, 5].map((n) => item(n, n * 10)).join('');
    const documents: Readonly<Record<string, string>> = {
      '/': `<!doctype html><link rel="alternate" type="application/rss+xml" href="/talk.xml" title="Comments">
<link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" type="application/rss+xml" href="/rss/">
<link rel="alternate" type="application/atom+xml" href="/atom"><link rel="alternate" type="application/rss+xml" href="/gone">
<a href="/live">TV</a><a href="/live/bat-night-2026">Live: Bat night</a>`,
      '/talk.xml': rss('Comments on Bats', item(9, 2)),
      '/rss': rss('Bats \u001b[2J', items),
      '/atom': rss('Bats \u001b[2J', items),
      '/live/bat-night-2026': LIVE.replace('2026-01-05T10:00:00Z', new Date(now - 3 * 60_000).toISOString()),
      '/robots.txt': 'Sitemap: /news.xml',
      '/news.xml': NEWS,
    };
    const { url, requests } = await loopbackServer((response, _number, { path }) => {
      if (documents[path] === undefined) response.writeHead(404).end();
      else response.end(documents[path]);
    });
    const { stdout, stderr, code } = await feeds(['add', url]);
    expect({ stdout, code, text: fileText() }).toEqual({ stdout: '', code: 1, text: TEXT });
    expect(stderr).toContain(`${url}/ leads to 4 feeds, the best first:
  1. ${url}/rss
     feed: Bats [2J; 5 items, the newest 10 min old; other formats: ${url}/atom
  2. ${url}/live/bat-night-2026
     live page: Bat night: live; 2 items, the newest 3 min old
  3. ${url}/news.xml
     news sitemap: Bat News; 1 item, without dates
  4. ${url}/talk.xml
     feed of comments: Comments on Bats; 1 item, the newest 2 min old
expected one feed, got 4; give one of these addresses instead`);
    expect(requests).toHaveLength(8);
  });

  it('says what a sitemap without news is', async () => {
    const { url } = await newsSite({ '/pages.xml': '<urlset><url><loc>/1</loc></url></urlset>' });
    const { stderr, code } = await feeds(['add', `${url}/pages.xml`]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${url}/pages.xml: expected a feed, got a sitemap without news entries; look for`,
    );
  });

  it('says what it got instead of a feed', async () => {
    const { url } = await site();
    const { stderr, code } = await feeds(['add', `${url}/none`]);
    expect({ code, text: fileText() }).toEqual({ code: 1, text: TEXT });
    expect(stderr).toContain(
      `${url}/none: expected a feed, got HTTP 404: nothing at this address; look for the new one on the site`,
    );
  });

  it('stops on Ctrl-C without any change', async () => {
    const { url, requests } = await site();
    const { stderr, code } = await runCli(
      ['feeds', 'add', `${url}/never`, '--loopback-feeds', '--config', file],
      {},
      (soFar, interrupt) => {
        if (soFar.includes('press Ctrl-C to stop')) setTimeout(interrupt, requests.length > 0 ? 0 : 500);
      },
    );
    expect({ code, text: fileText() }).toEqual({ code: 130, text: TEXT });
    expect(stderr).toContain('Stopped; nothing was changed.');
  });

  it.each([
    [['ftp://owls.example/'], 'expected the address of a feed or web page, got ftp://owls.example/'],
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

  it('reports the faults of the file like check, and does not change it', async () => {
    writeFileSync(file, `${TEXT}oops: 1\n`);
    const { stderr, code } = await feeds(['add', 'owls.example']);
    expect({ code, text: fileText() }).toEqual({ code: 1, text: `${TEXT}oops: 1\n` });
    expect(stderr).toContain('mine.yaml:7:1 oops: expected a known key');
  });

  it('refuses an id that another feed has', async () => {
    const { stderr, code } = await feeds(['add', 'bats.example', '--id', 'owls-example-rss']);
    expect(code).toBe(1);
    expect(stderr).toContain('expected an id that is not in use, got owls-example-rss');
  });
});

/** In a file of outlines. */
const FEEDS = sized(1_000, 10_000);

describe('news-alerts feeds import', () => {
  it('adds the feeds of a file, and reports the skipped outlines with reasons', async () => {
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
    expect(stderr).toBe(`${opml}: read 4 outlines
added 1 feed to ${file}
skipped: 3
  already in the configuration: 1
    line 3: Owls  https://owls.example/rss/ (as owls-example-rss)
  no feed address: 1
    line 4: Nothing
  more than once in the file: 1
    line 5: Bats  feed://bats.example/?a=1&b=*** (first on line 2)
`);
    expect(fileText()).toBe(
      TEXT.replace(
        '# one\n',
        '# one\n  - id: bats-example-89fcec29\n    url: http://bats.example/?a=1&b=2\n    title: Bats\n    tags: [nächte-mehr]\n',
      ),
    );
  });

  it('reads standard input, and only prints the new entries with --dry-run', async () => {
    const input = '\ufeff<opml><body><outline title="Bats" url="http://bats.example/"/></body></opml>';
    const { stdout, code } = await feeds(['import', '-', '--dry-run'], input);
    expect({ code, text: fileText() }).toEqual({ code: 0, text: TEXT });
    expect(stdout).toBe('- id: bats-example\n  url: http://bats.example/\n  title: Bats\n');
  });

  it.each([
    ['<rss version="2.0"/>', 'got <rss>; to add a feed, give its address: news-alerts feeds add URL'],
    ['feeds', 'got a document without elements'],
    ['<opml/>', 'got a document without outlines'],
    ['<opml><outline text="x"/></opml>', 'expected outlines with a feed address (xmlUrl), got none'],
    [Buffer.alloc(5 * 1024 * 1024 + 1, 32), 'expected OPML of at most 5 MB, got more'],
    [`<opml>${'<outline/>'.repeat(60_000)}`, 'expected at most 50000 outlines, got more; split the file'],
  ])('exits with 1 on input that is not a list of feeds', async (input, message) => {
    const { stderr, code } = await feeds(['import', '-'], input);
    expect({ code, text: fileText() }).toEqual({ code: 1, text: TEXT });
    expect(stderr).toContain(message);
  });

  // Takes some seconds. A quadratic algorithm would take minutes.
  it(`imports ${FEEDS.toLocaleString('en')} feeds in linear time`, async () => {
    const outlines = Array.from(
      { length: FEEDS },
      (_, n) =>
        `<outline text="F ${n % 50}"><outline text="Feed ${n}" xmlUrl="https://f${n}.example/rss?a=1&b=2"/></outline>`,
    );
    const { stderr, code } = await feeds(['import', '-'], `<opml><body>${outlines.join('\n')}</body></opml>`);
    expect(stderr).toContain(`${FEEDS.toLocaleString('en')} feeds`);
    expect(code).toBe(0);
  });
});

describe('news-alerts feeds export and list', () => {
  it('exports feeds that import then finds in the configuration', async () => {
    const { stdout } = await feeds(['export']);
    expect(stdout).toContain(
      '<outline type="rss" text="owls.example" title="owls.example" xmlUrl="https://owls.example/rss"/>',
    );
    const opml = join(folder, 'out.opml');
    for (let time = 0; time < 2; time++) {
      const { stderr, code } = await feeds(['export', opml]);
      expect({ stderr, code }).toEqual({ stderr: `exported 1 feed to ${opml}\n`, code: 0 });
      expect(readFileSync(opml, 'utf8')).toBe(stdout);
    }
    expect((await feeds(['import', opml])).stderr).toContain('already in the configuration: 1');
  });

  it('does not export to the configuration itself, and says why it cannot write', async () => {
    const over = await feeds(['export', file]);
    expect({ code: over.code, text: fileText() }).toEqual({ code: 2, text: TEXT });
    expect(over.stderr).toContain('which is the configuration itself');
    const { stderr, code } = await feeds(['export', join(folder, 'none', 'x.opml')]);
    expect(code).toBe(1);
    expect(stderr).toContain('got no such file or folder; name another file');
  });

  it('lists each feed on a line', async () => {
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

describe('news-alerts feeds pause and resume', () => {
  it('change one key of the file', async () => {
    expect(await feeds(['pause', 'owls-example-rss'])).toMatchObject({
      code: 0,
      stdout: `paused in ${file}: owls-example-rss: https://owls.example/rss\n`,
    });
    expect(fileText()).toContain('enabled: false');
    expect((await feeds(['pause', 'owls-example-rss'])).stdout).toContain('already paused');
    expect((await feeds(['resume', 'owls-example-rss'])).stdout).toContain('resumed in');
    expect(fileText()).not.toContain('enabled');
  });

  it('refuse an unknown id', async () => {
    const { stderr, code } = await feeds(['pause', 'owls-exampel-rss']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('got owls-exampel-rss; did you mean owls-example-rss?'),
    ]);
  });
});

describe('news-alerts feeds remove', () => {
  it('takes a feed out of the file', async () => {
    writeFileSync(
      file,
      TEXT.replace('# one\n', '# one\n  # two\n  - { id: bats, url: https://bats.example/rss }\n'),
    );
    const dry = await feeds(['remove', 'bats', '--dry-run']);
    expect([dry.code, dry.stdout]).toEqual([
      0,
      `would remove from ${file}: bats: https://bats.example/rss\n`,
    ]);
    const { stdout, code } = await feeds(['remove', 'bats']);
    expect([code, stdout]).toEqual([0, `removed from ${file}: bats: https://bats.example/rss\n`]);
    expect(fileText()).toBe(TEXT.replace('# one\n', '# one\n  # two\n'));
  });

  it('suggests an id, and changes nothing', async () => {
    const { stderr, code } = await feeds(['remove', 'owls-exampel-rss']);
    expect(stderr).toBe(
      `expected the id of a feed in ${file}, got owls-exampel-rss; did you mean owls-example-rss?\n`,
    );
    expect([code, fileText()]).toEqual([1, TEXT]);
  });
});

describe('news-alerts feeds test', () => {
  it('reads a feed once by its address or id, and changes nothing', async () => {
    const { url, requests } = await site();
    const { stdout, code } = await feeds(['test', `${url}/bats.xml`]);
    expect(stdout).toContain(`Bats & more  ${url}/bats.xml  (1 item)\n  2026-01-05 10:00 UTC  At night\n`);
    expect([code, fileText(), requests.length]).toEqual([0, TEXT, 1]);
    writeFileSync(
      file,
      `feeds: [{ id: bats, url: "${url}/bats.xml" }]\ntopics: [{ id: owls, match: owl }]\n`,
    );
    const json = await feeds(['test', 'bats', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({
      url: `${url}/bats.xml`,
      title: 'Bats & more',
      items: [{ title: 'At night', url: null, at: '2026-01-05T10:00:00.000Z' }],
    });
  });

  it('says why there is no feed', async () => {
    const { url } = await site();
    const page = await feeds(['test', `${url}/`]);
    expect(page.stderr).toContain('expected a feed, got a web page; `news-alerts feeds add` finds');
    const missing = await feeds(['test', `${url}/missing`]);
    expect(missing.stderr).toContain('404');
    const unknown = await feeds(['test', 'bats']);
    expect(unknown.stderr).toContain(
      `expected an address, or the id of a feed in ${file}, got bats; the file has owls-example-rss`,
    );
    expect([page.code, missing.code, unknown.code]).toEqual([1, 1, 1]);
  });
});
