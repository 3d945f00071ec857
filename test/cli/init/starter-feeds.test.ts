import { describe, expect, it } from 'vitest';
import { readStarterFeeds } from '../../../cli/init/read-starter-feeds.ts';
import {
  STARTER_FEEDS,
  type StarterFeed,
  starterFeedsFor,
  starterWords,
} from '../../../cli/init/starter-feeds.ts';
import { withKnownGood } from '../../../cli/init/update-starter-feeds.ts';
import { parseConfig } from '../../../config/load.ts';
import { httpFetch } from '../../../functions/poll/fetch/http-fetch.ts';
import { listening } from '../../helpers/loopback-server.ts';

const titles = (word: string) => starterFeedsFor(word).map(({ title }) => title);
const starter = (url: string): StarterFeed => ({
  title: url,
  url,
  language: 'en',
  groups: ['world'],
  knownGood: null,
});

describe('the starter feeds', () => {
  it('are valid, distinct, and known good on a day or never', () => {
    const feeds = JSON.stringify(STARTER_FEEDS.map(({ url, title }) => ({ url, title })));
    const { config } = parseConfig(`feeds: ${feeds}\ntopics: [{ id: a, match: a }]\n`, '', {});
    expect(new Set(config.feeds.map(({ id }) => id)).size).toBe(STARTER_FEEDS.length);
    for (const { knownGood, groups, language } of STARTER_FEEDS) {
      if (knownGood !== null) expect(new Date(knownGood).toISOString().slice(0, 10)).toBe(knownGood);
      expect(groups.length).toBeGreaterThan(0);
      expect(language).toMatch(/^[a-z]{2}$/);
    }
  });

  it('are found by region, subject, and language by code or name', () => {
    expect(titles('Germany')).toEqual(['Golem.de']);
    expect(titles('de')).toEqual(['Golem.de']);
    expect(titles('german')).toEqual(['Golem.de']);
    expect(titles('USA')).toEqual(titles('us'));
    expect(titles('tech')).toContain('Ars Technica');
    expect(titles('world').length).toBeGreaterThan(3);
    expect(titles('atlantis')).toEqual([]);
    for (const word of starterWords()) expect(titles(word), word).not.toEqual([]);
  });

  it('are read, and those with items get the day', async () => {
    const origin = await listening(({ url }, response) => {
      if (url === '/news')
        response.end('<rss><channel><title>A</title><item><title>Owl</title></item></channel></rss>');
      else if (url === '/empty') response.end('<rss><channel><title>A</title></channel></rss>');
      else response.writeHead(404).end();
    });
    const feeds = ['/news', '/empty', '/gone'].map((path) => starter(`${origin}${path}`));
    const read: [string, number][] = [];
    const items = await readStarterFeeds(
      feeds,
      httpFetch({ clock: Date.now, guard: { loopback: true } }),
      ({ url }, found) => read.push([url.slice(origin.length), found]),
    );
    expect(read.toSorted()).toEqual([
      ['/empty', 0],
      ['/gone', 0],
      ['/news', 1],
    ]);
    const dated = withKnownGood(feeds, items, '2026-11-29').map(({ knownGood }) => knownGood);
    expect(dated).toEqual(['2026-11-29', null, null]);
    const old = feeds.map((feed) => ({ ...feed, knownGood: '2020-01-01' }));
    expect(withKnownGood(old, items, '2026-11-29').map(({ knownGood }) => knownGood)).toEqual([
      '2026-11-29',
      '2020-01-01',
      '2020-01-01',
    ]);
  });
});
