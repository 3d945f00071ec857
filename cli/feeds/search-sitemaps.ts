import type { AdvertisedFeed } from '../../functions/poll/parser/advertised-feeds.ts';
import { isHtmlPage } from '../../functions/poll/parser/html-page.ts';
import { sitemapOffer } from '../../functions/poll/parser/sitemap/sitemap-offer.ts';
import { type Candidate, distinctFeeds } from './offers.ts';
import type { SiteRequests } from './site-requests.ts';

/** Maximum number of sitemaps that are read in search of news, robots.txt not included. */
const MAX_SITEMAPS = 3;
/** Bytes. Google reads no more of a robots.txt. */
const MAX_ROBOTS_BYTES = 500 * 1024;
const MAX_SITEMAP_LINES = 100;

export interface SitemapSearch {
  /** News sitemaps, including those that are not read but have "news" in their addresses. Empty if none has news. */
  readonly candidates: readonly Candidate[];
  readonly tried: readonly string[];
}

/** Searches for news sitemaps in the robots.txt of a page's site. `step`: the line to show before the first request. */
export async function searchRobots(
  page: string,
  step: string,
  requests: SiteRequests,
): Promise<SitemapSearch> {
  const robots = new URL('/robots.txt', page).href;
  const fetched = await requests.fetch(robots, `${step} ${robots}`);
  if (fetched.kind !== 'document') return { candidates: [], tried: [robots] };
  const sitemaps = distinctFeeds(sitemapsIn(fetched.bytes, fetched.url), page);
  const { candidates, tried } = await searchSitemaps(sitemaps, requests);
  return { candidates, tried: [robots, ...tried] };
}

/** Returns the sitemaps that a robots.txt names. */
function sitemapsIn(bytes: Uint8Array, base: string): AdvertisedFeed[] {
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_ROBOTS_BYTES));
  if (isHtmlPage(text)) return [];
  const written = [...text.matchAll(/^[ \t]*sitemap[ \t]*:[ \t]*(\S+)/gim)].slice(0, MAX_SITEMAP_LINES);
  return written
    .flatMap(([, address = '']) => URL.parse(address, base) ?? [])
    .filter(({ protocol }) => /^https?:$/.test(protocol))
    .map(({ href }) => sitemapOffer(href));
}

/** Reads sitemaps, and those that indexes name, until one has news. Then reads only those whose addresses promise news. */
export async function searchSitemaps(
  sitemaps: readonly AdvertisedFeed[],
  requests: SiteRequests,
): Promise<SitemapSearch> {
  let queue = newsFirst(sitemaps);
  const found: Candidate[] = [];
  const tried: string[] = [];
  while (tried.length < MAX_SITEMAPS) {
    const next = queue.shift();
    if (!next || (next.guessed && found.length > 0)) break;
    tried.push(next.url);
    const result = await requests.page(next.url, `  ${next.url}`);
    if (result.kind === 'feed') found.push({ ...sitemapCandidate(next), result });
    else if (result.failure.kind !== 'html') {
      const named = distinctFeeds(result.advertised ?? [], next.url).filter(
        ({ url }) => !tried.includes(url),
      );
      queue = newsFirst([...named, ...queue]);
    }
  }
  const unread = queue.filter(({ guessed }) => !guessed).map(sitemapCandidate);
  return { candidates: found.length > 0 ? [...found, ...unread] : [], tried };
}

export function sitemapCandidate({ url }: AdvertisedFeed): Candidate {
  return { kind: 'news sitemap', url };
}

function newsFirst(sitemaps: readonly AdvertisedFeed[]): AdvertisedFeed[] {
  return sitemaps.toSorted((a, b) => Number(a.guessed ?? false) - Number(b.guessed ?? false));
}
