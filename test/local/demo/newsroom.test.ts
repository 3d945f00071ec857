import Parser from 'rss-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Newsroom, startNewsroom } from '../../../local/demo/newsroom.ts';
import { outlets } from '../../../local/demo/outlets.ts';
import { stories } from '../../../local/demo/stories.ts';
import { itemsAt } from '../../../local/demo/timeline.ts';

const OPENED_AT = Date.UTC(2031, 9, 14, 8, 30, 0, 250);
const parser = new Parser();
let now = OPENED_AT;
let newsroom: Newsroom;

beforeEach(async () => {
  now = OPENED_AT;
  newsroom = await startNewsroom({ clock: () => now });
});
afterEach(() => newsroom.stop());

const goTo = (minute: number) => {
  now = OPENED_AT + minute * 60_000;
};
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(newsroom.url + path, { method, headers });
const feed = async (outlet: string) => parser.parseString(await (await get(`/${outlet}/feed.xml`)).text());

describe('the feeds', () => {
  it.each(outlets)('of $id are valid at every minute, with the right items', async ({ id }) => {
    for (let minute = 0; minute <= 70; minute++) {
      goTo(minute);
      const expected = itemsAt(stories, id, minute);
      const { items } = await feed(id);
      expect(items.map(({ title }) => title)).toEqual(expected.map(({ title }) => title));
      expect(items.map(({ link }) => link)).toEqual(expected.map(({ path }) => newsroom.url + path));
      expect(items.map(({ isoDate }) => Math.floor(Date.parse(isoDate ?? '') / 1000))).toEqual(
        expected.map(({ published }) => Math.floor(OPENED_AT / 1000) + published * 60),
      );
    }
  });

  it('come in four formats, with the right content types', async () => {
    const types: Record<string, string | null> = {};
    for (const { id } of outlets) types[id] = (await get(`/${id}/feed.xml`)).headers.get('content-type');
    expect(types).toEqual({
      herald: 'application/rss+xml; charset=utf-8',
      courier: 'application/atom+xml; charset=utf-8',
      wire: 'application/rss+xml; charset=utf-8',
      gazette: 'application/rdf+xml; charset=utf-8',
    });
    const guids = async (id: string) => (await feed(id)).items.map((item) => item.guid ?? item.id);
    expect(await guids('herald')).toContain('tag:herald.example,2020:envoys-hint');
    expect(await guids('courier')).toContain('tag:courier.example,2020:storm-odalys-named');
    expect(await guids('wire')).toEqual([undefined, undefined, undefined]);
  });

  it('keep markup, entities and hostile titles unchanged', async () => {
    goTo(30);
    const herald = await feed('herald');
    expect(herald.items[0]?.title).toBe(
      'Pranksters make Ashel flood sign read <script>alert("Odalys")</script>',
    );
    expect(herald.items[0]?.content).toContain('<code>&lt;script&gt;alert("Odalys")&lt;/script&gt;</code>');
    const courier = await feed('courier');
    const piano = courier.items.find(({ title }) => title?.includes('piano'));
    expect(piano?.content).toContain('Zo&euml; counted heads &mdash;');
    expect(piano?.content).toContain('<blockquote>');
    expect(piano?.summary).not.toContain('<blockquote>');
  });

  it('carry an agency’s article in two feeds under one address', async () => {
    goTo(35);
    const links = async (id: string) => (await feed(id)).items.map(({ link }) => link);
    const [wire, courier] = [await links('wire'), await links('courier')];
    expect(wire).toContain(`${newsroom.url}/wire/rates-up`);
    expect(courier).toContain(`${newsroom.url}/wire/rates-up`);
    expect(courier).toContain(`${newsroom.url}/wire/crest-passes?utm_source=courier&utm_medium=feed`);
    expect((await get('/wire/crest-passes?utm_source=courier&utm_medium=feed')).status).toBe(200);
  });
});

describe('validators', () => {
  it('answer 304 until the feed changes, then 200 with a new ETag', async () => {
    goTo(3.5);
    const first = await get('/herald/feed.xml');
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{16}"$/);
    expect(modified).toBe(new Date(OPENED_AT + 3 * 60_000).toUTCString());

    goTo(4.9);
    const repeated = await get('/herald/feed.xml', { 'if-none-match': `"other", W/${etag}` });
    expect(repeated.status).toBe(304);
    expect(repeated.headers.get('etag')).toBe(etag);
    expect(await repeated.text()).toBe('');
    expect((await get('/herald/feed.xml', { 'if-modified-since': modified })).status).toBe(304);

    goTo(5);
    const edited = await get('/herald/feed.xml', { 'if-none-match': etag, 'if-modified-since': modified });
    expect(edited.status).toBe(200);
    expect(edited.headers.get('etag')).not.toBe(etag);
    expect((await get('/herald/feed.xml', { 'if-modified-since': modified })).status).toBe(200);
    expect((await get('/herald/feed.xml', { 'if-modified-since': 'nonsense' })).status).toBe(200);
  });

  it('use only If-None-Match if both are sent', async () => {
    const modified = new Date(OPENED_AT).toUTCString();
    const headers = { 'if-none-match': '"other"', 'if-modified-since': modified };
    expect((await get('/herald/feed.xml', headers)).status).toBe(200);
  });

  it.each(stories.filter(({ act }) => act !== 'publish'))(
    'change with the $act of $outlet/$slug',
    async ({ minute, outlet }) => {
      const etagAt = async (time: number) => {
        goTo(time);
        return (await get(`/${outlet}/feed.xml`)).headers.get('etag');
      };
      expect(await etagAt(minute)).not.toBe(await etagAt(minute - 0.01));
    },
  );
});

describe('the pages', () => {
  it('show an article from its publication to its removal, with its title escaped', async () => {
    const path = '/herald/flood-board-prank';
    goTo(29);
    expect((await get(path)).status).toBe(404);
    goTo(31);
    const page = await (await get(path)).text();
    expect(page).toContain('sign read &lt;script&gt;alert(&quot;Odalys&quot;)&lt;/script&gt;</h1>');
    expect(page).not.toContain('<script');
    expect(page).toContain('demo newsroom');
    goTo(40);
    expect((await get(path)).status).toBe(404);
  });

  it('exist for every link on the front page, the outlets’ pages and the feeds', async () => {
    goTo(70);
    const front = await (await get('/')).text();
    const paths = [...front.matchAll(/href="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths).toContain('/gazette/feed.xml');
    for (const { id } of outlets) {
      for (const { link } of (await feed(id)).items) paths.push((link ?? '').replace(newsroom.url, ''));
    }
    for (const path of paths) expect((await get(path)).status, path).toBe(200);
  });

  it('answer HEAD, and refuse other methods', async () => {
    const head = await get('/wire/feed.xml', {}, 'HEAD');
    const full = await get('/wire/feed.xml');
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    for (const name of ['etag', 'content-length', 'content-type', 'date']) {
      expect(head.headers.get(name), name).toBe(full.headers.get(name));
    }
    const posted = await get('/', {}, 'POST');
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
  });

  it.each(['/nobody/feed.xml', '/herald/nothing', '/herald/feed.xml/deeper', '/favicon.ico'])(
    'answer 404 with an explanation at %s',
    async (path) => {
      const missing = await get(path);
      expect(missing.status).toBe(404);
      expect(missing.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(await missing.text()).toContain(path);
    },
  );
});

it('reports a port that is in use', async () => {
  const port = Number(new URL(newsroom.url).port);
  await expect(startNewsroom({ clock: () => now, port })).rejects.toThrow(
    `The demo newsroom cannot listen on 127.0.0.1:${port}.`,
  );
});
