import type { AdvertisedFeed } from '../advertised-feeds.ts';

/**
 * Returns a sitemap as a feed to offer, with its path as the title. Only "news" in its path or query shows that it is a news
 * sitemap; any other is a guess.
 */
export function sitemapOffer(url: string): AdvertisedFeed {
  const { pathname, search } = new URL(url);
  const title = `${pathname}${search}`;
  return /news/i.test(title) ? { url, title } : { url, title, guessed: true };
}
