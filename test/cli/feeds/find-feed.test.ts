import { describe, expect, it } from 'vitest';
import { findFeed } from '../../../cli/feeds/find-feed.ts';
import type { Failure, FetchRequest, FetchResult } from '../../../functions/poll/fetch/fetch.ts';
import type { AdvertisedFeed } from '../../../functions/poll/parser/advertised-feeds.ts';
import type { ParseResult } from '../../../functions/poll/parser/parse.ts';

type Place = 'feed' | 'page' | readonly AdvertisedFeed[] | Failure | { readonly moved: string };

/** Returns a search in a web of these addresses; all others do not exist. */
function web(places: Readonly<Record<string, Place>>) {
  const asked: string[] = [];
  const steps: string[] = [];
  const fetch = async ({ url }: { url: string }): Promise<FetchResult> => {
    asked.push(url);
    const place = places[url] ?? { kind: 'status', detail: 'HTTP 404' };
    if (typeof place === 'object' && 'kind' in place) return { kind: 'failed', failure: place };
    const moved = typeof place === 'object' && 'moved' in place ? { moved: place.moved } : {};
    return { kind: 'document', bytes: Buffer.from(url), contentType: '', url, ...moved };
  };
  const read = async (bytes: Uint8Array): Promise<ParseResult> => {
    const place = places[String(bytes)];
    if (place === 'feed' || (typeof place === 'object' && 'moved' in place)) {
      return { ok: true, feed: { title: 'T', entries: [] } };
    }
    const advertised = Array.isArray(place) ? { advertised: place as readonly AdvertisedFeed[] } : {};
    return { ok: false, failure: { kind: 'html', detail: 'a web page' }, ...advertised };
  };
  const find = (address: string) =>
    findFeed(address, { fetch, read, now: () => 0, onStep: (text) => steps.push(text) });
  return { asked, steps, find };
}

const PAGE = 'https://owls.example/blog/';

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

  const NAMES = ['feed', 'rss', 'rss.xml', 'atom.xml', 'feed.xml', 'index.xml'];

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
      ...NAMES.map((name) => `${PAGE}${name}`),
      ...NAMES.map((name) => `https://owls.example/${name}`),
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
    expect(asked.length).toBeLessThanOrEqual(1 + 3 * NAMES.length);
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
