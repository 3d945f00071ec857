import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { hostOf } from '../../shared/item-source.ts';
import type { Hit } from '../../shared/messages.ts';
import type { Feed } from '../../shared/model.ts';
import type { Story } from '../../shared/store/stories.ts';

/**
 * Returns a story's outlets with that of one more item. All feeds of one site are one outlet, and so are all feeds that
 * pass on the same article. An item without an address counts for its feed, unless the feed is already a source.
 */
export function outletsWith(
  { sources, outlets = sources.map(byFeed) }: Pick<Story, 'outlets' | 'sources'>,
  { item, feed }: Pick<Hit, 'item' | 'feed'>,
): readonly string[] {
  const site = siteOf(item.url);
  if (site === undefined) return sources.includes(feed.title) ? outlets : [...outlets, byFeed(feed.title)];
  return [...new Set([...outlets.filter((outlet) => outlet !== byFeed(feed.title)), site])];
}

/** Sites that pass on other sites' articles under their own addresses. */
const AGGREGATORS: ReadonlySet<string> = new Set([
  'google.com',
  'bing.com',
  'msn.com',
  'yahoo.com',
  'reddit.com',
]);

/** Returns who published an item: its site, or its feed if the site has no name. Returns undefined for aggregators. */
export function outletOf(url: string | undefined, feedTitle: string): string | undefined {
  const site = siteOf(url);
  if (site === undefined || IP_ADDRESS.test(site)) return byFeed(feedTitle);
  return AGGREGATORS.has(site) ? undefined : site;
}

/** Returns whether a feed belongs to the site that an item is on. */
export function isOfSite(feedId: string, itemUrl: string | undefined, feeds: readonly Feed[]): boolean {
  const site = siteOf(itemUrl);
  return site !== undefined && site === siteOf(feeds.find(({ id }) => id === feedId)?.url);
}

const IP_ADDRESS = /^[\d.]+$|^\[/;

const byFeed = (title: string) => `feed ${title}`;

/** Hosts of blogs that the public suffix list lacks. Each blog there is a site. */
const HOSTS_OF_BLOGS: ReadonlySet<string> = new Set([
  'wordpress.com',
  'substack.com',
  'medium.com',
  'tumblr.com',
  'livejournal.com',
  'typepad.com',
  'over-blog.com',
  'hatenablog.com',
  'beehiiv.com',
  'ghost.io',
]);

let registeredName: ((host: string) => string) | undefined;

/**
 * Returns the site of an address: "bbc.co.uk" for news.bbc.co.uk, the host itself for an IP address. Two blogs at one host
 * of blogs are two sites.
 */
export function siteOf(address: string | undefined): string | undefined {
  const host = hostOf(address);
  if (host === undefined || host === '' || IP_ADDRESS.test(host)) return host || undefined;
  // Most hosts are a name directly below a top-level domain, and need no list.
  if (host.split('.').length <= 2) return host;
  // In a bundle, the file next to this one has another extension.
  registeredName ??= (
    createRequire(import.meta.url)(
      `./public-suffixes${extname(import.meta.filename)}`,
    ) as typeof import('./public-suffixes.ts')
  ).registeredName;
  const name = registeredName(host);
  return HOSTS_OF_BLOGS.has(name) ? host.split('.').slice(-3).join('.') : name;
}
