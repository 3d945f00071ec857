import { describe, expect, it } from 'vitest';
import { type FeedSearchResult, findFeed } from '../../../cli/feeds/find-feed.ts';
import type { Failure, FetchRequest, FetchResult } from '../../../functions/poll/fetch/fetch.ts';
import type { AdvertisedFeed } from '../../../functions/poll/parser/advertised-feeds.ts';
import type { Entry, FeedDocument, ParseContext, ParseResult } from '../../../functions/poll/parser/parse.ts';
import { sitemapOffer } from '../../../functions/poll/parser/sitemap/sitemap-offer.ts';

type Place =
  | 'feed'
  | 'page'
  | readonly AdvertisedFeed[]
  | Failure
  | { readonly moved: string }
  | { readonly feed: Partial<FeedDocument> }
  /** robots.txt, or a web page that declares no feed. */
  | { readonly text: string; readonly declared?: readonly AdvertisedFeed[] }
  /** A sitemap index; without sitemaps, a sitemap without news. */
  | { readonly sitemaps: readonly string[] };

const NOW = Date.UTC(2026, 5, 10);
const DAY_MS = 86_400_000;
const entryOf = (title: string, ageMs: number): Entry => ({
  title,
  summary: '',
  content: '',
  authors: [],
  categories: [],
  published: new Date(NOW - ageMs).toISOString(),
});
const recent = (title: string) => ({ title, entries: [entryOf(`News of ${title}`, 60_000)] });
/** Returns the addresses of a result's offers. */
const offered = (result: FeedSearchResult) =>
  result.kind === 'several' ? result.offers.map(({ url }) => url) : [];

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
  const read = async (_bytes: Uint8Array, { url = '' }: ParseContext): Promise<ParseResult> => {
    const place = places[url];
    if (typeof place === 'object' && 'feed' in place)
      return { ok: true, feed: { title: url, entries: [], ...place.feed } };
    if (place === 'feed' || (typeof place === 'object' && 'moved' in place)) {
      return { ok: true, feed: { title: 'T', entries: [] } };
    }
    if (typeof place === 'object' && 'sitemaps' in place) {
      const failure = { kind: 'malformed', detail: 'a sitemap' } as const;
      return { ok: false, failure, advertised: place.sitemaps.map(sitemapOffer) };
    }
    if (typeof place === 'object' && 'declared' in place) {
      return { ok: false, failure: { kind: 'html', detail: 'a web page' }, advertised: place.declared ?? [] };
    }
    const advertised = Array.isArray(place) ? { advertised: place as readonly AdvertisedFeed[] } : {};
    return { ok: false, failure: { kind: 'html', detail: 'a web page' }, ...advertised };
  };
  const find = (address: string) =>
    findFeed(address, { fetch, read, now: () => NOW, onStep: (text) => steps.push(text) });
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

  it('offers several feeds with their documents', async () => {
    const [all, comments] = ['https://owls.example/rss', 'https://owls.example/comments'];
    const { find, steps } = web({
      [PAGE]: [{ url: comments }, { url: all, title: 'All' }],
      [all]: { feed: recent('Owls') },
      [comments]: { feed: recent('Comments') },
    });
    expect(await find(PAGE)).toMatchObject({
      kind: 'several',
      page: PAGE,
      isIndex: false,
      offers: [
        { kind: 'feed', url: all, title: 'Owls', isComments: false, found: { feed: { title: 'Owls' } } },
        { kind: 'feed', url: comments, isComments: true },
      ],
    });
    expect(steps).toEqual([
      `${PAGE} is a web page; reading the feeds it links to:`,
      `  ${comments}`,
      `  ${all}`,
    ]);
  });

  it('leaves out links to what is no feed, and offers those that may be one at another time', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => `https://owls.example/${name}`) as [
      string,
      string,
      string,
    ];
    const page = { [PAGE]: [{ url: a }, { url: b }, { url: c }] };
    const one = web({ ...page, [a]: 'page', [b]: 'feed' });
    expect(await one.find(PAGE)).toMatchObject({ kind: 'feed', url: b });
    const busy = web({ ...page, [a]: { kind: 'status', detail: 'HTTP 503' }, [b]: 'feed' });
    expect(await busy.find(PAGE)).toMatchObject({
      kind: 'several',
      offers: [{ url: b }, { url: a, failure: 'HTTP 503' }],
    });
    const none = web({ ...page, [b]: { kind: 'status', detail: 'HTTP 503' } });
    expect(await none.find(PAGE)).toMatchObject({ kind: 'none', url: a, failure: { detail: 'HTTP 404' } });
  });

  it('reads eight of many feeds, and offers the others without a description', async () => {
    const urls = Array.from({ length: 20 }, (_, n) => `https://owls.example/${n}`);
    const { find, asked } = web({
      [PAGE]: urls.map((url) => ({ url })),
      ...Object.fromEntries(urls.map((url) => [url, { feed: recent(url) }])),
    });
    const result = await find(PAGE);
    expect(asked).toHaveLength(9);
    expect(offered(result)).toEqual(urls);
    expect(result.kind === 'several' && result.offers.filter(({ found }) => found)).toHaveLength(8);
  });

  it('reads the only feed that is left after eight that are none', async () => {
    const urls = Array.from({ length: 9 }, (_, n) => `https://owls.example/${n}`);
    const [last = ''] = urls.slice(-1);
    const { find } = web({ [PAGE]: urls.map((url) => ({ url })), [last]: 'feed' });
    expect(await find(PAGE)).toMatchObject({ kind: 'feed', url: last });
  });

  it('reads at most two feeds at the same time', async () => {
    const { fetch, read } = web({
      [PAGE]: Array.from({ length: 8 }, (_, n) => ({ url: `https://owls.example/${n}` })),
    });
    let running = 0;
    let most = 0;
    await findFeed(PAGE, {
      fetch: async (request) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        return fetch(request);
      },
      read,
      now: () => NOW,
      onStep: () => undefined,
    });
    expect(most).toBe(2);
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
    const { find, asked, steps } = web({
      [at('map.xml')]: { sitemaps: [...names, 'pages.xml'].map(at) },
      [at('news-a.xml')]: 'feed',
      [at('news-b.xml')]: { feed: recent('B') },
    });
    expect(await find(at('map.xml'))).toMatchObject({
      kind: 'several',
      page: at('map.xml'),
      isIndex: true,
      // The first one is empty.
      offers: [
        { kind: 'news sitemap', url: at('news-b.xml'), title: 'B' },
        { kind: 'news sitemap', url: at('news-a.xml') },
      ],
    });
    expect(asked).toHaveLength(3);
    expect(steps[0]).toBe(`${at('map.xml')} is a sitemap index; reading the news sitemaps it names:`);
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
      ...Object.fromEntries(names.map((name) => [at(name), { feed: recent(name) }])),
      [at('news-2.xml')]: { kind: 'status', detail: 'HTTP 404' },
    });
    expect(offered(await find(FRONT))).toEqual(['news-1.xml', 'news-3.xml', 'news-4.xml'].map(at));
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

describe('findFeed on a front page', () => {
  const FRONT = 'https://owls.example/';
  const at = (name: string) => `${FRONT}${name}`;
  const push = { hubs: ['https://hub.example/'] };
  const live = (title: string, ageMs = 60_000) => ({
    feed: { title, live: {}, entries: [entryOf('An update', ageMs)] },
  });
  /** A page's text with links, and the feeds that it declares. */
  const front = (links: readonly string[], declared: readonly string[]) => ({
    text: links.map((href) => `<a href="${href}">Read</a>`).join(''),
    declared: declared.map((name) => ({ url: at(name) })),
  });

  it('offers push feeds, feeds, live pages and news sitemaps, in this order', async () => {
    const { find, asked, steps } = web({
      [FRONT]: front(['/news/live/flood-in-ostrand-12', '/live', '/about-us-and-more'], ['rss', 'atom']),
      [at('rss')]: { feed: recent('Owls') },
      [at('atom')]: { feed: { ...recent('Owls, pushed'), push } },
      [at('robots.txt')]: { text: 'Sitemap: /news.xml' },
      [at('news.xml')]: { feed: recent('All owls') },
      [at('news/live/flood-in-ostrand-12')]: live('Flood'),
    });
    expect(await find(FRONT)).toMatchObject({
      kind: 'several',
      page: FRONT,
      offers: [
        { kind: 'push feed', url: at('atom') },
        { kind: 'feed', url: at('rss') },
        { kind: 'live page', url: at('news/live/flood-in-ostrand-12') },
        { kind: 'news sitemap', url: at('news.xml') },
      ],
    });
    expect(asked).toEqual(
      ['', 'rss', 'atom', 'robots.txt', 'news.xml', 'news/live/flood-in-ostrand-12'].map(at),
    );
    expect(steps).toEqual([
      `${FRONT} is a web page; reading the feeds it links to:`,
      `  ${at('rss')}`,
      `  ${at('atom')}`,
      `looking for news sitemaps in ${at('robots.txt')}`,
      `  ${at('news.xml')}`,
      'reading links that may be live pages:',
      `  ${at('news/live/flood-in-ostrand-12')}`,
    ]);
  });

  it('returns the only feed without asking, also if robots.txt names it again', async () => {
    const { find } = web({
      [FRONT]: front([], ['news.xml']),
      [at('news.xml')]: { feed: recent('Owls') },
      [at('robots.txt')]: { text: 'Sitemap: http://www.owls.example/news.xml' },
      'http://www.owls.example/news.xml': { feed: recent('Owls') },
    });
    expect(await find(FRONT)).toMatchObject({ kind: 'feed', url: at('news.xml') });
  });

  it('reads three links that may be live pages, and offers those that had an update in the last two days', async () => {
    const links = [1, 2, 3, 4].map((n) => `/live/one-two-three-${n}`);
    const { find, asked } = web({
      [FRONT]: front(links, ['rss']),
      [at('rss')]: { feed: recent('Owls') },
      [at('live/one-two-three-1')]: 'page',
      [at('live/one-two-three-2')]: live('Over', 3 * DAY_MS),
      [at('live/one-two-three-3')]: live('Now'),
      [at('live/one-two-three-4')]: live('Also now'),
    });
    expect(offered(await find(FRONT))).toEqual([at('rss'), at('live/one-two-three-3')]);
    expect(asked.filter((url) => url.includes('/live/'))).toHaveLength(3);
  });

  it.each(['en', 'en-gb/', 'pt_BR/index.html'])('treats /%s as a front page', async (path) => {
    const { find, asked } = web({ [at(path)]: front([], ['rss']), [at('rss')]: 'feed' });
    await find(at(path));
    expect(asked).toContain(at('robots.txt'));
  });

  it('ignores a web page in place of robots.txt', async () => {
    const { find, asked } = web({
      [FRONT]: front([], ['rss']),
      [at('rss')]: 'feed',
      [at('robots.txt')]: { text: '<!doctype html>\nSitemap: /news.xml' },
    });
    await find(FRONT);
    expect(asked.at(-1)).toBe(at('robots.txt'));
  });

  it('sends no more requests to a host that asks to wait', async () => {
    const { find, asked } = web({
      [FRONT]: front(['/live/one-two-three'], ['1', '2', '3', '4']),
      [at('1')]: { feed: recent('Owls') },
      [at('2')]: { kind: 'status', detail: 'HTTP 429: too many requests' },
    });
    expect(await find(FRONT)).toMatchObject({ kind: 'several', offers: [{ url: at('1') }, {}, {}, {}] });
    // One more was under way.
    expect(asked.length).toBeLessThanOrEqual(4);
  });
});
