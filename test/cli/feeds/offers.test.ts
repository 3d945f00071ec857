import { describe, expect, it } from 'vitest';
import { type Candidate, distinctFeeds, isSameSite, rankOffers } from '../../../cli/feeds/offers.ts';
import type { Failure } from '../../../functions/poll/fetch/fetch.ts';
import type { Entry, FeedDocument } from '../../../functions/poll/parser/parse.ts';

const NOW = Date.UTC(2026, 5, 10);
const DAY_MS = 86_400_000;
const PAGE = 'https://owls.example/';

const entry = (title: string, ageMs: number): Entry => ({
  url: `https://owls.example/${title}`,
  title,
  summary: '',
  content: '',
  authors: [],
  categories: [],
  published: new Date(NOW - ageMs).toISOString(),
});
const entries = (...titles: readonly string[]) => titles.map((title, n) => entry(title, n * 60_000));
const found = (url: string, feed: Partial<FeedDocument> = {}, finalUrl = url): Candidate => ({
  kind: 'feed',
  url,
  result: { kind: 'feed', url, finalUrl, feed: { title: url, entries: entries(url), ...feed } },
});
const failed = (url: string, detail: string, kind: Failure['kind'] = 'status'): Candidate => ({
  kind: 'feed',
  url,
  result: { kind: 'not', url, failure: { kind, detail } },
});
const at = (name: string) => `${PAGE}${name}`;
const ranked = (...candidates: readonly Candidate[]) => rankOffers(candidates, PAGE, NOW);
const urls = (...candidates: readonly Candidate[]) => ranked(...candidates).map(({ url }) => url);

describe('rankOffers', () => {
  it('orders by kind, and ignores a list of hubs that is empty', () => {
    const sitemap: Candidate = { ...found(at('news.xml')), kind: 'news sitemap' };
    const offers = ranked(
      sitemap,
      // Some sites name a hub in the headers of every page.
      found(at('live'), { live: {}, push: { hubs: ['https://hub.example/'] } }),
      found(at('none'), { push: { hubs: [] } }),
      found(at('push'), { push: { hubs: ['https://hub.example/'] } }),
    );
    expect(offers.map(({ kind, url }) => [kind, url])).toEqual([
      ['push feed', at('push')],
      ['feed', at('none')],
      ['live page', at('live')],
      ['news sitemap', at('news.xml')],
    ]);
  });

  it("puts the site's own feeds before those of other hosts, and otherwise keeps the order", () => {
    expect(
      urls(found('https://other.example/rss'), found('https://feeds.owls.example/b'), found(at('a'))),
    ).toEqual(['https://feeds.owls.example/b', at('a'), 'https://other.example/rss']);
  });

  it('puts a feed that is empty or months old after the others, and feeds of comments last', () => {
    const old = { entries: [entry('Old', 200 * DAY_MS)], push: { hubs: ['https://hub.example/'] } };
    const undated = {
      entries: [{ ...entry('Undated', 0), published: '' }].map(({ published: _, ...rest }) => rest),
    };
    expect(
      urls(
        found(at('talk'), { title: 'Comments on Owls' }),
        found(at('empty'), { entries: [] }),
        found(at('old'), old),
        { ...found(at('news.xml')), kind: 'news sitemap' },
        found(at('undated'), undated),
      ),
    ).toEqual([at('undated'), at('news.xml'), at('old'), at('empty'), at('talk')]);
  });

  it('leaves out what is no feed, and puts what may recover last', () => {
    const all = [
      failed(at('gone'), 'HTTP 410', 'gone'),
      failed(at('none'), 'HTTP 404: nothing'),
      failed(at('page'), 'a web page', 'html'),
      failed(at('busy'), 'HTTP 503'),
      failed(at('slow'), 'no connection', 'timeout'),
      found(at('feed')),
    ];
    expect(urls(...all)).toEqual([at('feed'), at('busy'), at('slow')]);
    expect(ranked(...all)[1]?.failure).toBe('HTTP 503');
  });

  it('keeps failures if only feeds of comments are left, so that none is added unasked', () => {
    expect(urls(found(at('comments/feed')), failed(at('feed'), 'HTTP 404'))).toEqual([
      at('comments/feed'),
      at('feed'),
    ]);
  });

  it('offers a feed once that has several spellings, or to which another address leads', () => {
    expect(
      urls(
        found(at('rss')),
        found('http://owls.example/rss/'),
        found('http://www.owls.example/rss?utm_source=x'),
        found('https://feedburner.example/owls', {}, at('rss')),
        found(at('feed'), {}, 'https://cdn.example/feed'),
        found(at('feed2'), {}, 'https://cdn.example/feed'),
      ),
    ).toEqual([at('rss'), at('feed')]);
  });

  it('offers the formats of one feed once, and names the others', () => {
    const same = { title: 'Owls', entries: entries('a', 'b', 'c', 'd', 'e', 'f') };
    const longer = { title: 'Owls', entries: entries('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h') };
    const elsewhere = {
      ...same,
      entries: same.entries.map((one) => ({ ...one, url: `${one.url}?from=atom` })),
    };
    expect(
      ranked(
        found(at('rss'), same),
        found(at('atom'), elsewhere),
        found(at('json'), { ...longer, push: { hubs: ['https://hub.example/'] } }),
      ),
    ).toMatchObject([{ kind: 'push feed', url: at('json'), otherFormats: [at('rss'), at('atom')] }]);
  });

  it.each([
    ['with another title', { title: 'Owls in Ostrand', entries: entries('a', 'b', 'c', 'd', 'e') }],
    ['with other items', { title: 'Owls', entries: entries('v', 'w', 'x', 'y', 'z') }],
    ['with few of the items, as of a category', { title: 'Owls', entries: entries('a', 'b') }],
    ['without items', { title: 'Owls', entries: [] }],
  ])('offers a feed %s by itself', (_, other) => {
    const all = found(at('rss'), { title: 'Owls', entries: entries('a', 'b', 'c', 'd', 'e') });
    expect(urls(all, found(at('other'), other))).toEqual([at('rss'), at('other')]);
  });

  it('offers a news sitemap although it has the items of a feed', () => {
    const same = { title: 'Owls', entries: entries('a', 'b', 'c', 'd', 'e') };
    expect(
      urls(found(at('rss'), same), { ...found(at('news.xml'), same), kind: 'news sitemap' }),
    ).toHaveLength(2);
  });

  it("takes the title of the document, or else that of the page's link", () => {
    const titles = ranked(
      { ...found(at('a'), { title: '' }), title: 'Link' },
      found(at('b'), { title: 'B\u001b[2J' }),
    );
    expect(titles.map(({ title }) => title)).toEqual(['Link', 'B[2J']);
  });
});

describe('distinctFeeds', () => {
  it("takes the spelling on the page's origin, or else https", () => {
    const feeds = [
      'http://owls.example/rss',
      'https://www.owls.example/rss/',
      'https://owls.example/rss',
      'http://other.example/rss',
      'https://other.example/rss',
      'http://a:b@owls.example/',
    ];
    expect(
      distinctFeeds(
        feeds.map((url) => ({ url })),
        PAGE,
      ),
    ).toEqual([{ url: at('rss') }, { url: 'https://other.example/rss' }]);
    expect(
      distinctFeeds(
        feeds.map((url) => ({ url })),
        'http://owls.example/',
      )[0],
    ).toEqual({ url: feeds[0] });
  });
});

describe('isSameSite', () => {
  it.each([
    ['https://www.owls.example/', 'http://owls.example/a', true],
    ['https://news.owls.example/', 'https://owls.example/', true],
    ['https://owls.example/', 'https://live.owls.example/', true],
    ['https://owls.example/', 'https://snowls.example/', false],
    ['https://owls.example/', 'https://owls.example.evil.example/', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(isSameSite(one, other)).toBe(expected);
  });
});
