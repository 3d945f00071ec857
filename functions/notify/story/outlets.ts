import { hostOf } from '../../shared/item-source.ts';
import type { Feed, Hit } from '../../shared/model.ts';
import type { Story } from '../../shared/store/stories.ts';

/**
 * Who tells a story, with who tells this item of it. Two feeds of one site are one outlet, and so are all that pass on
 * the same article; an item without an address counts for its feed, unless that has told the story with one.
 */
export function outletsWith(
  { sources, outlets = sources.map(byFeed) }: Pick<Story, 'outlets' | 'sources'>,
  { item, feed }: Pick<Hit, 'item' | 'feed'>,
): readonly string[] {
  const site = siteOf(item.url);
  if (site === undefined) return sources.includes(feed.title) ? outlets : [...outlets, byFeed(feed.title)];
  return [...new Set([...outlets.filter((outlet) => outlet !== byFeed(feed.title)), site])];
}

/** Sites that pass on the articles of others, under addresses of their own. */
const AGGREGATORS: ReadonlySet<string> = new Set([
  'google.com',
  'bing.com',
  'msn.com',
  'yahoo.com',
  'reddit.com',
]);

/** Returns who published an item: its site, or its feed where no name of a site is known; undefined where others may have. */
export function outletOf(url: string | undefined, feedTitle: string): string | undefined {
  const site = siteOf(url);
  if (site === undefined || IP_ADDRESS.test(site)) return byFeed(feedTitle);
  return AGGREGATORS.has(site) ? undefined : site;
}

/** Whether a feed is of the site that an item is on, and does not pass on the article of another. */
export function isOfSite(feedId: string, itemUrl: string | undefined, feeds: readonly Feed[]): boolean {
  const site = siteOf(itemUrl);
  return site !== undefined && site === siteOf(feeds.find(({ id }) => id === feedId)?.url);
}

const IP_ADDRESS = /^[\d.]+$|^\[/;

const byFeed = (title: string) => `feed ${title}`;

/** Below a country's own "co", "com", "gov" and the like, names are of three parts. */
const SECOND_LEVEL = /\.(ac|co|com|edu|go|gob|gov|gouv|gv|ne|net|or|org)\.[a-z]{2}$/;

/** "bbc.co.uk" of an address at news.bbc.co.uk. */
export function siteOf(address: string | undefined): string | undefined {
  const host = hostOf(address);
  if (host === undefined || host === '' || IP_ADDRESS.test(host)) return host || undefined;
  return host
    .split('.')
    .slice(SECOND_LEVEL.test(host) ? -3 : -2)
    .join('.');
}
