import { describe, expect, it } from 'vitest';
import type { Failure, Fetched } from '../../../functions/poll/fetch.ts';
import type { Parsed } from '../../../functions/poll/parse.ts';
import { type Advertised, findFeed } from '../../../local/feeds/find-feed.ts';

type Place = 'feed' | 'page' | readonly Advertised[] | Failure | { readonly moved: string };

/** A web of addresses; others do not exist. */
function web(places: Readonly<Record<string, Place>>) {
  const asked: string[] = [];
  const steps: string[] = [];
  const fetch = async ({ url }: { url: string }): Promise<Fetched> => {
    asked.push(url);
    const place = places[url] ?? { kind: 'status', detail: 'HTTP 404' };
    if (typeof place === 'object' && 'kind' in place) return { kind: 'failed', failure: place };
    const moved = typeof place === 'object' && 'moved' in place ? { moved: place.moved } : {};
    return { kind: 'document', bytes: Buffer.from(url), contentType: '', url, ...moved };
  };
  const read = async (bytes: Uint8Array): Promise<Parsed> => {
    const place = places[String(bytes)];
    if (place === 'feed' || (typeof place === 'object' && 'moved' in place)) {
      return { ok: true, feed: { title: 'T', entries: [] } };
    }
    const advertised = Array.isArray(place) ? { advertised: place as readonly Advertised[] } : {};
    return { ok: false, failure: { kind: 'html', detail: 'a web page' }, ...advertised };
  };
  const find = (address: string) =>
    findFeed(address, { fetch, read, now: () => 0, onStep: (text) => steps.push(text) });
  return { asked, steps, find };
}

const PAGE = 'https://owls.example/blog/';

describe('findFeed', () => {
  it('takes a feed as it is, at the address that it has moved to for good', async () => {
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

  it('takes the one feed that a page names, though named twice', async () => {
    const feed = 'https://owls.example/rss';
    const { find, steps } = web({
      [PAGE]: [{ url: feed }, { url: `${feed}/` }],
      [feed]: 'feed',
      [`${feed}/`]: 'feed',
    });
    expect(await find(PAGE)).toMatchObject({ kind: 'feed' });
    expect(steps.join('\n')).toContain(`${PAGE} is a web page; reading the feed that it names: ${feed}`);
  });

  it('lists several', async () => {
    const feeds = [
      { url: 'https://owls.example/rss', title: 'All' },
      { url: 'https://owls.example/comments' },
    ];
    expect(await web({ [PAGE]: feeds }).find(PAGE)).toEqual({ kind: 'several', page: PAGE, feeds });
  });

  it('tries the usual places in turn, and no others', async () => {
    const { find, asked, steps } = web({ [PAGE]: 'page', 'https://owls.example/rss': 'page' });
    expect(await find(PAGE)).toMatchObject({
      kind: 'none',
      url: PAGE,
      failure: { kind: 'html' },
      tried: asked.slice(1),
    });
    expect(asked).toEqual([
      PAGE,
      ...['feed', 'rss', 'rss.xml', 'atom.xml', 'feed.xml', 'index.xml'].map(
        (name) => `https://owls.example/${name}`,
      ),
    ]);
    expect(steps[0]).toContain('names no feed; trying the usual places');
    const lucky = web({ [PAGE]: 'page', 'https://owls.example/rss': 'feed' });
    expect(await lucky.find(PAGE)).toMatchObject({ kind: 'feed', url: 'https://owls.example/rss' });
    expect(lucky.asked).toHaveLength(3);
  });

  it.each<Failure>([
    { kind: 'unreachable', detail: 'ECONNREFUSED' },
    { kind: 'timeout', detail: 'no connection' },
    { kind: 'status', detail: 'HTTP 429' },
    { kind: 'status', detail: 'HTTP 503', retryAt: 1 },
  ])('leaves a host alone that answers $kind $detail', async (failure) => {
    const { find, asked } = web({ [PAGE]: 'page', 'https://owls.example/feed': failure });
    expect(await find(PAGE)).toMatchObject({ kind: 'none', tried: ['https://owls.example/feed'] });
    expect(asked).toHaveLength(2);
  });

  it('tells what went wrong, with the address or what the page names', async () => {
    const gone = web({});
    expect(await gone.find(PAGE)).toMatchObject({ kind: 'none', url: PAGE, failure: { detail: 'HTTP 404' } });
    expect(gone.asked).toHaveLength(1);
    const wrong = web({ [PAGE]: [{ url: 'https://owls.example/x' }], 'https://owls.example/x': 'page' });
    expect(await wrong.find(PAGE)).toMatchObject({ kind: 'none', url: 'https://owls.example/x', tried: [] });
  });
});
