import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { listening } from '../helpers/loopback-server.ts';
import { readHtml, servePage } from './served-page.ts';

const CONFIG = `# mine
feeds:
  - https://a.example/rss # the first
  - url: https://b.example/rss
    title: Bees
topics:
  - id: owls
    match: owl # barn owls too
`;

let folder: string;
let configFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-alerts-page-'));
  configFile = join(folder, 'news-alerts.yaml');
  writeFileSync(configFile, CONFIG);
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = () => readFileSync(configFile, 'utf8');
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('a form', () => {
  it.each([
    ['without a token', { origin: 'own' }, ''],
    ['with another token', { origin: 'own' }, 'x'.repeat(24)],
    ['of another site', { origin: 'https://evil.example' }, 'own'],
    ['of another port of this machine', { origin: 'http://127.0.0.1:1' }, 'own'],
    ['of a sandboxed page', { origin: 'null' }, 'own'],
    ['without an origin', {}, 'own'],
  ] as const)('%s changes nothing', async (_, { origin }: { origin?: string }, token) => {
    const { get, address, polled } = await servePage({ configFile });
    const [, own = ''] = /name="token" value="([^"]+)"/.exec((await get('/feeds')).body) ?? [];
    for (const path of [
      '/feeds/find',
      '/feeds/b-example-rss/remove',
      '/feeds/b-example-rss/poll',
      '/feeds/add',
      '/topics/save',
    ]) {
      const { status, body } = await get(
        path,
        { ...form, ...(origin === undefined ? {} : { origin: origin === 'own' ? address : origin }) },
        'POST',
        new URLSearchParams({ token: token === 'own' ? own : token, address: 'https://c.example/', q: 'x' }),
      );
      expect([status, body]).toEqual([403, expect.stringMatching(/expected a form|before the last start/)]);
    }
    expect([text(), polled]).toEqual([CONFIG, []]);
  });

  // Regression: the limit of a body's size failed with status 500.
  it('without its length is refused', async () => {
    const { get, address } = await servePage({ configFile });
    const headers = { ...form, origin: address, 'transfer-encoding': 'chunked' };
    expect(await get('/feeds/b-example-rss/remove', headers, 'POST', 'token=x')).toMatchObject({
      status: 411,
      body: 'expected the header Content-Length, got none\n',
    });
    expect(text()).toBe(CONFIG);
  });

  it('of an earlier start changes nothing', async () => {
    const [first, second] = [await servePage({ configFile }), await servePage({ configFile })];
    const [, token = ''] = /name="token" value="([^"]+)"/.exec((await first.get('/feeds')).body) ?? [];
    const reply = await second.get(
      '/feeds/a-example-rss/pause',
      { ...form, origin: second.address },
      'POST',
      new URLSearchParams({ token }),
    );
    expect(reply).toMatchObject({ status: 403, body: expect.stringContaining('reload the page') });
    expect(text()).toBe(CONFIG);
  });

  it('is not shown where nothing can be changed', async () => {
    const { get, address } = await servePage({ demo: true });
    for (const path of ['/', '/feeds', '/try?q=owl'])
      expect((await get(path)).body).not.toContain('method="post"');
    expect((await get('/feeds/a/poll', { ...form, origin: address }, 'POST', 'token=')).status).toBe(403);
  });

  it('larger than any list of feeds is refused', async () => {
    const { address } = await servePage({ configFile });
    const status = await fetch(`${address}/feeds/import`, {
      method: 'POST',
      headers: { ...form, origin: address },
      body: 'x'.repeat(6_000_000),
    }).then(
      (response) => response.status,
      // The server closes the connection before it has read everything.
      () => 413,
    );
    expect(status).toBe(413);
    expect(text()).toBe(CONFIG);
  });
});

const base = (body: string) => /name="base" value="([^"]+)"/.exec(body)?.[1] ?? '';

describe('the feeds of the page', () => {
  it('are paused, resumed and removed, with the other lines of the file as they were', async () => {
    const { get, post } = await servePage({ configFile });
    const { location = '' } = (await post('/feeds/a-example-rss/pause', {})).headers;
    const asMap = CONFIG.replace('- https://a.example/rss', '- url: https://a.example/rss');
    expect(text()).toBe(asMap.replace('# the first\n', '# the first\n    enabled: false\n'));
    const { text: shown } = readHtml((await get(location)).body);
    expect(shown).toContain('a.example/rss is paused.');
    expect(shown).toMatch(/Paused 1\s*a\.example\/rss Resume/);
    await post('/feeds/a-example-rss/resume', {});
    expect(text()).toBe(asMap);
    expect((await post('/feeds/b-example-rss/remove', {})).body).toContain('The file has changed meanwhile');
    const question = await get('/feeds/b-example-rss/remove');
    expect(readHtml(question.body).text).toMatch(/Remove a feed\? Bees .*− title: Bees/);
    expect(text()).toContain('Bees');
    const removed = await post('/feeds/b-example-rss/remove', { base: base(question.body) });
    expect(readHtml((await get(removed.headers.location ?? '')).body).text).toContain('Bees was removed.');
    expect(text()).not.toContain('Bees');
  });

  it('are polled at once', async () => {
    const { post, polled } = await servePage({ configFile });
    expect((await post('/feeds/b-example-rss/poll', {})).status).toBe(303);
    expect(polled).toEqual(['b-example-rss']);
  });

  it('are found at an address, with a preview, and added', async () => {
    const url = await listening((_, response) => {
      response.writeHead(200, { 'content-type': 'application/rss+xml' });
      response.end(
        '<rss version="2.0"><channel><title>Crane &lt;b&gt;News</title><item><title>Cranes return</title><guid>1</guid></item></channel></rss>',
      );
    });
    const { post } = await servePage({ configFile, loopbackFeeds: true });
    const { body } = await post('/feeds/find', { address: `${url}/rss` });
    const { text: shown } = readHtml(body);
    expect(shown).toContain('Crane');
    expect(shown).toContain('Cranes return');
    const reply = await post('/feeds/add', { address: `${url}/rss`, title: 'Crane <b>News' });
    expect(reply.status).toBe(303);
    expect(text()).toContain(`    url: ${url}/rss\n    title: Crane <b>News\n`);
    expect(text()).toContain('# barn owls too');
    const again = await post('/feeds/add', { address: `${url}/rss` });
    expect(readHtml(again.body).text).toContain('the file already has this feed');
  });

  it('say what is wrong with an address', async () => {
    const { post } = await servePage({ configFile, loopbackFeeds: true });
    const shown = async (address: string) => readHtml((await post('/feeds/find', { address })).body).text;
    expect(await shown('ftp://a.example')).toMatch(
      /got “ftp:\/\/a\.example”, an address with ftp:, not http: or https:/,
    );
    expect(await shown('http://127.0.0.1:1/rss')).toMatch(/No feed at http:\/\/127\.0\.0\.1:1\/rss/);
  });

  it('are searched by a form alone, and never with a variable that no feed may use', async () => {
    const requests: string[] = [];
    const url = await listening((request, response) => {
      requests.push(request.url ?? '');
      response.end('<rss version="2.0"><channel><title>x</title></channel></rss>');
    });
    const env = {
      AWS_SECRET_ACCESS_KEY: 'secret-of-aws',
      NEWS_ALERTS_SMTP_URL: 'secret-of-mail',
      OWL_KEY: 'owlkey9',
    };
    const { get, post } = await servePage({ configFile, loopbackFeeds: true, env });
    await get(`/feeds/find?${new URLSearchParams({ address: `${url}/a?k=\${OWL_KEY}` })}`);
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'NEWS_ALERTS_SMTP_URL']) {
      const { body } = await post('/feeds/find', { address: `${url}/b?k=\${${name}}` });
      expect(readHtml(body).text).toContain(`the variable ${name}, which no feed may use`);
    }
    expect(requests).toEqual([]);
    const { body } = await post('/feeds/find', { address: `${url}/c?k=\${OWL_KEY}` });
    expect(requests).toEqual(['/c?k=owlkey9']);
    expect(body).not.toContain('owlkey9');
    await post('/feeds/add', { address: /name="address" value="([^"]*c\?k=[^"]*)"/.exec(body)?.[1] ?? '' });
    expect(text()).toContain(`url: ${url}/c?k=\${OWL_KEY}\n`);
  });

  it('get no variable that a web page names', async () => {
    const requests: string[] = [];
    const url = await listening((request, response) => {
      requests.push(request.url ?? '');
      const isPage = request.url === '/';
      response.writeHead(200, { 'content-type': isPage ? 'text/html' : 'application/rss+xml' });
      response.end(
        isPage
          ? `<link rel="alternate" type="application/rss+xml" href="/f?k=\${OWL_KEY}">`
          : '<rss version="2.0"><channel><title>x</title><item><title>y</title></item></channel></rss>',
      );
    });
    const { post } = await servePage({ configFile, loopbackFeeds: true, env: { OWL_KEY: 'owlkey9' } });
    const { body } = await post('/feeds/find', { address: `${url}/` });
    const [, address = ''] = /name="address" value="([^"]*\/f[^"]*)"/.exec(body) ?? [];
    await post('/feeds/add', { address: address.replaceAll('&amp;', '&') });
    const { config } = parseConfig(text(), configFile, { OWL_KEY: 'owlkey9' });
    expect(config.secrets ?? []).toEqual([]);
    expect(requests.join()).not.toContain('owlkey9');
  });

  it('are not searched, nor anything read, for another site', async () => {
    const { get } = await servePage({ configFile });
    const from = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
    for (const path of ['/search?q=owl', '/try?q=owl', '/feeds', '/feeds/find?address=x'])
      expect((await get(path, from)).status).toBe(403);
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await get('/', link)).status).toBe(200);
  });

  it('say nothing that a link puts into their address', async () => {
    const { get, post, polled } = await servePage({ configFile });
    for (const done of ['gone', 'constructor', 'toString', '__proto__'])
      expect((await get(`/feeds?note=${done}`)).body).not.toContain('class="done"');
    expect(readHtml((await get('/feeds?note=All%20your%20data')).body).text).not.toContain('All your data');
    expect((await post('/feeds/nope/poll', {})).status).toBe(422);
    expect(polled).toEqual([]);
  });

  it('are imported and exported as OPML', async () => {
    const { get, address } = await servePage({ configFile });
    const [, token = ''] = /name="token" value="([^"]+)"/.exec((await get('/feeds')).body) ?? [];
    const data = new FormData();
    data.set('token', token);
    data.set(
      'file',
      new File(
        [
          '<opml version="2.0"><body><outline text="Bats" xmlUrl="https://bats.example/"/><outline text="A" xmlUrl="https://a.example/rss"/></body></opml>',
        ],
        'feeds.opml',
      ),
    );
    const response = await fetch(`${address}/feeds/import`, {
      method: 'POST',
      body: data,
      headers: { origin: address },
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
    expect(readHtml((await get(response.headers.get('location') ?? '')).body).text).toContain(
      '1 feed was added.',
    );
    expect(text()).toContain('https://bats.example/');
    const { body, headers } = await get('/feeds/export.opml');
    expect(body).toContain('xmlUrl="https://bats.example/"');
    expect(headers['content-disposition']).toContain('news-alerts.opml');
  });
});

describe('a query', () => {
  it('is saved as that of a topic after the change was shown', async () => {
    const { get, post } = await servePage({ configFile });
    const fields = { q: '"barn owl" OR bat', topic: 'owls', name: '' };
    const { body } = await get(`/topics/save?${new URLSearchParams(fields)}`);
    expect(readHtml(body).text).toMatch(
      /− {2}match: owl # barn owls too \+ {2}match: '"barn owl" OR bat' # barn owls too|match: owl/,
    );
    expect(body).toContain('<ins>');
    expect(text()).toBe(CONFIG);
    const reply = await post('/topics/save', { ...fields, base: base(body) });
    expect(reply.status).toBe(303);
    expect(reply.headers.location).toMatch(/^\/try\?topic=owls&q=%22barn\+owl%22\+OR\+bat&note=/);
    expect(readHtml((await get(reply.headers.location ?? '')).body).text).toContain('Saved, and in use');
    expect(text()).toBe(CONFIG.replace('match: owl #', `match: '"barn owl" OR bat' #`));
  });

  it('is saved as a new topic with a name and an id of its own', async () => {
    const { get, post } = await servePage({ configFile });
    const fields = { q: 'owl -hoot', topic: '', name: 'Owls' };
    const { body } = await get(`/topics/save?${new URLSearchParams(fields)}`);
    await post('/topics/save', { ...fields, base: base(body) });
    expect(text()).toBe(`${CONFIG}  - id: owls-2\n    name: Owls\n    match: owl -hoot\n`);
    expect((await get('/try?topic=owls-2')).body).toContain('value="owl -hoot"');
  });

  it('is not saved over a change that somebody else made meanwhile', async () => {
    const { get, post } = await servePage({ configFile });
    const fields = { q: 'bat', topic: 'owls', name: '' };
    const { body } = await get(`/topics/save?${new URLSearchParams(fields)}`);
    writeFileSync(configFile, `${CONFIG}# later\n`);
    const reply = await post('/topics/save', { ...fields, base: base(body) });
    expect(readHtml(reply.body).text).toContain('The file has changed meanwhile; nothing was written yet.');
    expect(text()).toBe(`${CONFIG}# later\n`);
    await post('/topics/save', { ...fields, base: base(reply.body) });
    expect(text()).toContain('match: bat # barn owls too\n# later\n');
  });

  it('is not saved to a topic that is gone', async () => {
    const { get } = await servePage({ configFile });
    const { status, body } = await get('/topics/save?q=bat&topic=gone');
    expect([status, readHtml(body).text]).toEqual([
      422,
      expect.stringContaining('expected a topic with the id gone, got none'),
    ]);
  });

  it('with a fault is not saved', async () => {
    const { get, post } = await servePage({ configFile });
    for (const q of ['owl AND', '']) {
      const { body } = await get(`/topics/save?${new URLSearchParams({ q, topic: 'owls' })}`);
      expect(readHtml(body).text).toMatch(/expected (something to look for|words to watch for)/);
      expect((await post('/topics/save', { q, topic: 'owls', base: '' })).status).toBe(200);
    }
    expect(text()).toBe(CONFIG);
  });

  it('is not saved to a file that is not valid', async () => {
    const { get } = await servePage({ configFile });
    writeFileSync(configFile, `${CONFIG}x: 1\n`);
    const { status, body } = await get('/topics/save?q=bat&topic=owls');
    expect([status, readHtml(body).text]).toEqual([422, expect.stringContaining('expected a known key')]);
  });
});
