import { describe, expect, it } from 'vitest';
import { findFeed } from '../../../cli/feeds/find-feed.ts';
import type { Failure, FetchRequest, FetchResult } from '../../../functions/poll/fetch/fetch.ts';
import type { AdvertisedFeed } from '../../../functions/poll/parser/advertised-feeds.ts';
import type { ParseResult } from '../../../functions/poll/parser/parse.ts';
import { sitemapOffer } from '../../../functions/poll/parser/sitemap/sitemap-offer.ts';

type Place =
  | 'feed'
  | 'page'
  | readonly AdvertisedFeed[]
  | Failure
  | { readonly moved: string }
  | { readonly text: string }
  /** A sitemap index; without sitemaps, a sitemap without news. */
  | { readonly sitemaps: readonly string[] };

/** Returns a search in a web of these addresses; all others do not exist. */
function web(places: Readonly<Record<string, Place>>) {
  const asked: string[] = [];
  const steps: string[] = [];
  const fetch = async ({ url }: { url: string }): Promise<FetchResult> => {
    asked.push(url);
    const place = places[url] ?? { kind: 'status', detail: 'HTTP 404' };
    if (typeof place === 'object' && 'kind' in place) return { kind: 'failed', failure: place };
    const moved = typeof place === 'object' && 'moved' in place ? { moved: place.moved } : {};
    const text = typeof place === 'object' && 'text' in place ? place.text : url;
    return { kind: 'document', bytes: Buffer.from(text), contentType: '', url, ...moved };
  };
  const read = async (bytes: Uint8Array): Promise<ParseResult> => {
    const place = places[String(bytes)];
    if (place === 'feed' || (typeof place === 'object' && 'moved' in place)) {
      return { ok: true, feed: { title: 'T', entries: [] } };
    }
    if (typeof place === 'object' && 'sitemaps' in place) {
      const failure = { kind: 'malformed', detail: 'a sitemap' } as const;
      return { ok: false, failure, advertised: place.sitemaps.map(sitemapOffer) };
    }
    const advertised = Array.isArray(place) ? { advertised: place as readonly AdvertisedFeed[] } : {};
    return { ok: false, failure: { kind: 'html', detail: 'a web page' }, ...advertised };
  };
  const find = (address: string) =>
    findFeed(address, { fetch, read, now: () => 0, onStep: (text) => steps.push(text) });
  return { asked, steps, fetch, read, find };
}

const PAGE = 'https://owls.example/blog/';
const COMMON = ['feed', 'rss', 'rss.xml', 'atom.xml', 'feed.xml', 'index.xml'];

describe('findFeed', () => {
  it('returns the feed at an address, with the address that it has permanently moved to', async () => {
    expect(await web({ 'http://a.example/': 'feed' }).find('http://a.example/')).toMatchObject({
      kind: 'feed',
      url: 'http://a.example/',
    });
    const moved = web({ 'http://a.example/': { moved: 'https://a.example/rss' } });
    expect(await moved.find('http://a.example/')).toMatchObject({
      kind: 'feed',
      url: 'https://a.example/rss',
    });
  });

  it('returns the only feed that a page links to, even if linked twice', async () => {
    const feed = 'https://owls.example/rss';
    const { find, steps } = web({
      [PAGE]: [{ url: feed }, { url: `${feed}/` }],
      [feed]: 'feed',
      [`${feed}/`]: 'feed',
    });
    expect(await find(PAGE)).toMatchObject({ kind: 'feed' });
    expect(steps.join('\n')).toContain(`${PAGE} is a web page; reading the feed it links to: ${feed}`);
  });

  it('requests linked feeds with the given address as their origin, which decides about loopback', async () => {
    const feed = 'http://127.0.0.1/secret';
    const asked: (readonly [string, string | undefined])[] = [];
    const fetch = async ({ url, feedUrl }: FetchRequest): Promise<FetchResult> => {
      asked.push([url, feedUrl]);
      return { kind: 'document', bytes: Buffer.from(url), contentType: '', url };
    };
    const read = async (bytes: Uint8Array): Promise<ParseResult> => {
      const failure = { kind: 'html', detail: 'a web page' } as const;
      return String(bytes) === PAGE
        ? { ok: false, failure, advertised: [{ url: feed }] }
        : { ok: false, failure };
    };
    const options = { fetch, read, now: () => 0, onStep: () => undefined };
    await findFeed(PAGE, options);
    await findFeed(feed, options, PAGE);
    expect(asked.slice(0, 3)).toEqual([
      [PAGE, PAGE],
      [feed, PAGE],
      [feed, PAGE],
    ]);
  });

  it('lists several feeds', async () => {
    const feeds = [
      { url: 'https://owls.example/rss', title: 'All' },
      { url: 'https://owls.example/comments' },
    ];
    expect(await web({ [PAGE]: feeds }).find(PAGE)).toEqual({ kind: 'several', page: PAGE, feeds });
  });

  it('tries the common addresses one after the other, those below the page first', async () => {
    const { find, asked, steps } = web({ [PAGE]: 'page', 'https://owls.example/rss': 'page' });
    expect(await find(PAGE)).toMatchObject({
      kind: 'none',
      url: PAGE,
      failure: { kind: 'html' },
      tried: asked.slice(1),
    });
    expect(asked).toEqual([
      PAGE,
      ...COMMON.map((name) => `${PAGE}${name}`),
      ...COMMON.map((name) => `https://owls.example/${name}`),
    ]);
    expect(steps[0]).toContain('links to no feed; trying the common addresses of feeds');
    const lucky = web({ [PAGE]: 'page', 'https://owls.example/rss': 'feed' });
    expect(await lucky.find(PAGE)).toMatchObject({ kind: 'feed', url: 'https://owls.example/rss' });
    expect(lucky.asked).toHaveLength(9);
  });

  it.each([
    ['https://owls.example/blog/', 'https://owls.example/blog/feed'],
    ['https://owls.example/blog', 'https://owls.example/blog/feed.xml'],
    ['https://owls.example/blog/index.html', 'https://owls.example/blog/rss.xml'],
    ['https://owls.example/blog/posts/', 'https://owls.example/blog/feed'],
    ['https://owls.example/blog/2026/03/storm.html', 'https://owls.example/blog/atom.xml'],
    ['https://owls.example/~ann/', 'https://owls.example/~ann/index.xml'],
  ])('for %s finds %s', async (page, feed) => {
    const { find, asked } = web({ [page]: 'page', [feed]: 'feed' });
    expect(await find(page)).toMatchObject({ kind: 'feed', url: feed });
    expect(asked.length).toBeLessThanOrEqual(1 + 3 * COMMON.length);
  });

  it('tries guessed links before the common addresses', async () => {
    const guesses = ['a', 'b', 'c'].map((name) => ({
      url: `https://owls.example/${name}`,
      guessed: true as const,
    }));
    const { find, asked, steps } = web({ [PAGE]: guesses, 'https://owls.example/c': 'feed' });
    expect(await find(PAGE)).toMatchObject({ kind: 'feed', url: 'https://owls.example/c' });
    expect(asked).toEqual([PAGE, ...guesses.map(({ url }) => url)]);
    expect(steps[0]).toContain('may link to feeds; trying its links and the common addresses of feeds');
    const many = web({
      [PAGE]: Array.from({ length: 20 }, (_, n) => ({
        url: `https://x.example/${n}`,
        guessed: true as const,
      })),
    });
    await many.find(PAGE);
    expect(many.asked.filter((url) => url.includes('x.example'))).toHaveLength(6);
  });

  it.each<Failure>([
    { kind: 'unreachable', detail: 'ECONNREFUSED' },
    { kind: 'timeout', detail: 'no connection' },
    { kind: 'status', detail: 'HTTP 429: asked too often' },
    { kind: 'status', detail: 'HTTP 503', retryAt: 1 },
  ])('stops at a host that answers $kind $detail', async (failure) => {
    const { find, asked } = web({ [PAGE]: 'page', [`${PAGE}feed`]: failure });
    expect(await find(PAGE)).toMatchObject({ kind: 'none', tried: [`${PAGE}feed`] });
    expect(asked).toHaveLength(2);
  });

  it('returns the failure of the address, or of the feed that its page links to', async () => {
    const gone = web({});
    expect(await gone.find(PAGE)).toMatchObject({ kind: 'none', url: PAGE, failure: { detail: 'HTTP 404' } });
    expect(gone.asked).toHaveLength(1);
    const wrong = web({ [PAGE]: [{ url: 'https://owls.example/x' }], 'https://owls.example/x': 'page' });
    expect(await wrong.find(PAGE)).toMatchObject({ kind: 'none', url: 'https://owls.example/x', tried: [] });
  });
});

describe('findFeed with sitemaps', () => {
  const FRONT = 'https://owls.example/';
  const ROBOTS = `${FRONT}robots.txt`;
  const at = (name: string) => `${FRONT}${name}`;
  const robots = (...lines: string[]) => ({ text: lines.join('\n') });
  const offers = (...names: string[]) => names.map((name) => sitemapOffer(at(name)));
  /** Returns the names of the addresses that were requested after the common ones. */
  const afterRobots = (asked: readonly string[]) =>
    asked.slice(asked.indexOf(ROBOTS) + 1).map((url) => url.replace(FRONT, ''));

  it('follows an index to its only news sitemap, and says so', async () => {
    const { find, asked, steps } = web({
      [at('map.xml')]: { sitemaps: [at('news.xml'), at('pages.xml')] },
      [at('news.xml')]: 'feed',
    });
    expect(await find(at('map.xml'))).toMatchObject({ kind: 'feed', url: at('news.xml') });
    expect(asked).toHaveLength(2);
    expect(steps).toEqual([
      `${at('map.xml')} is a sitemap index; reading the news sitemap it names: ${at('news.xml')}`,
    ]);
  });

  it('offers the news sitemaps of an index', async () => {
    const names = ['news-a.xml', 'news-b.xml'];
    const { find, asked } = web({ [at('map.xml')]: { sitemaps: [...names, 'pages.xml'].map(at) } });
    expect(await find(at('map.xml'))).toEqual({
      kind: 'several',
      page: at('map.xml'),
      feeds: offers(...names),
      namedBy: 'index',
    });
    expect(asked).toHaveLength(1);
  });

  it('reads three sitemaps of an index that names no news sitemap', async () => {
    const sitemaps = [1, 2, 3, 4].map((n) => at(`${n}.xml`));
    const pages = Object.fromEntries(sitemaps.map((url) => [url, { sitemaps: [] }]));
    const none = web({ ...pages, [at('map.xml')]: { sitemaps } });
    expect(await none.find(at('map.xml'))).toMatchObject({ kind: 'none', failure: { detail: 'a sitemap' } });
    expect(none.asked).toEqual([at('map.xml'), ...sitemaps.slice(0, 3)]);
    const lucky = web({ ...pages, [at('map.xml')]: { sitemaps }, [at('2.xml')]: 'feed' });
    expect(await lucky.find(at('map.xml'))).toMatchObject({ kind: 'feed', url: at('2.xml') });
  });

  it('reads robots.txt after the common addresses of a front page', async () => {
    const { find, asked, steps } = web({
      [FRONT]: 'page',
      [ROBOTS]: robots('\ufeffsitemap:pages.xml', '  Sitemap : https://owls.example/news.xml\r', 'Sitemap:'),
      [at('news.xml')]: 'feed',
    });
    expect(await find(FRONT)).toMatchObject({ kind: 'feed', url: at('news.xml') });
    expect(asked).toEqual([FRONT, ...COMMON.map(at), ROBOTS, at('news.xml')]);
    expect(steps.slice(-2)).toEqual([
      `no feed there; looking for news sitemaps in ${ROBOTS}`,
      `  ${at('news.xml')}`,
    ]);
  });

  it('follows the indexes that robots.txt names, with three more requests at most', async () => {
    const { find, asked } = web({
      [FRONT]: 'page',
      [ROBOTS]: robots('Sitemap: /a.xml', 'Sitemap: /b.xml'),
      [at('a.xml')]: { sitemaps: [at('a.xml'), at('posts.xml'), at('news-1.xml'), at('news-2.xml')] },
      [at('news-1.xml')]: 'feed',
    });
    expect(await find(FRONT)).toMatchObject({ kind: 'feed', url: at('news-1.xml') });
    expect(afterRobots(asked)).toEqual(['a.xml', 'news-1.xml', 'news-2.xml']);
    const endless = web({
      [FRONT]: 'page',
      [ROBOTS]: robots('Sitemap: /a.xml'),
      ...Object.fromEntries(
        'abcdef'
          .split('')
          .map((name, n, all) => [at(`${name}.xml`), { sitemaps: [at(`${all[n + 1]}.xml`)] }]),
      ),
    });
    expect(await endless.find(FRONT)).toMatchObject({
      kind: 'none',
      url: FRONT,
      failure: { kind: 'html' },
      tried: [...COMMON, 'robots.txt', 'a.xml', 'b.xml', 'c.xml'].map(at),
    });
  });

  it('offers all news sitemaps that robots.txt names, also those that it has not read', async () => {
    const names = ['news-1.xml', 'news-2.xml', 'news-3.xml', 'news-4.xml'];
    const { find, asked } = web({
      [FRONT]: 'page',
      [ROBOTS]: robots(...names.map((name) => `Sitemap: /${name}`), 'Sitemap: /pages.xml'),
      ...Object.fromEntries(names.map((name) => [at(name), 'feed' as const])),
      [at('news-2.xml')]: { kind: 'status', detail: 'HTTP 404' },
    });
    expect(await find(FRONT)).toEqual({
      kind: 'several',
      page: FRONT,
      feeds: offers('news-1.xml', 'news-3.xml', 'news-4.xml'),
      namedBy: 'robots.txt',
    });
    expect(afterRobots(asked)).toEqual(names.slice(0, 3));
  });

  it('ignores the links of web pages in place of sitemaps, and addresses that are not of the web', async () => {
    const { find, asked } = web({
      [FRONT]: 'page',
      [ROBOTS]: robots('Sitemap: /a.xml', 'Sitemap: file:///etc/passwd', 'Sitemap: http://a:b@owls.example/'),
      [at('a.xml')]: [{ url: at('b.xml') }],
    });
    expect(await find(FRONT)).toMatchObject({ kind: 'none' });
    expect(afterRobots(asked)).toEqual(['a.xml']);
  });

  it('requests robots.txt and sitemaps with the given address as their origin', async () => {
    const origins = new Set<string | undefined>();
    const { fetch, read } = web({ [FRONT]: 'page', [ROBOTS]: robots('Sitemap: http://127.0.0.1/news.xml') });
    const asked: string[] = [];
    await findFeed(FRONT, {
      fetch: (request) => {
        origins.add(request.feedUrl);
        asked.push(request.url);
        return fetch(request);
      },
      read,
      now: () => 0,
      onStep: () => undefined,
    });
    expect([...origins]).toEqual([FRONT]);
    expect(asked.at(-1)).toBe('http://127.0.0.1/news.xml');
  });

  it('reads no robots.txt for other pages, and none of a host that refuses us', async () => {
    const other = web({ [PAGE]: 'page' });
    await other.find(PAGE);
    expect(other.asked).not.toContain(ROBOTS);
    const refused = web({ [FRONT]: 'page', [at('feed')]: { kind: 'status', detail: 'HTTP 403' } });
    await refused.find(FRONT);
    expect(refused.asked).not.toContain(ROBOTS);
  });
});
