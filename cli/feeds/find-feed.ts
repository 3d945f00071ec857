import type { Failure } from '../../functions/poll/fetch/fetch.ts';
import type { AdvertisedFeed } from '../../functions/poll/parser/advertised-feeds.ts';
import { decode } from '../../functions/poll/parser/encoding/decode.ts';
import { inParallel } from '../../functions/shared/in-parallel.ts';
import { newestTime } from './entry-times.ts';
import { liveLinks } from './live-links.ts';
import { type Candidate, distinctFeeds, type Offer, rankOffers } from './offers.ts';
import { searchRobots, searchSitemaps, sitemapCandidate } from './search-sitemaps.ts';
import {
  type FoundFeed,
  isHostUnavailable,
  type NoFeed,
  type RequestOptions,
  SiteRequests,
} from './site-requests.ts';

export type FeedSearchResult =
  | Pick<FoundFeed, 'kind' | 'url' | 'feed'>
  /** A web page or a sitemap index that leads to several feeds. `offers`: the best first. */
  | {
      readonly kind: 'several';
      readonly page: string;
      readonly isIndex: boolean;
      readonly offers: readonly Offer[];
    }
  /** `tried`: addresses that were guessed, without success. */
  | {
      readonly kind: 'none';
      readonly url: string;
      readonly failure: Failure;
      readonly tried: readonly string[];
    };

/** Common paths of feeds, in the page's folder or in one above it. */
const COMMON_FEED_PATHS = ['feed', 'rss', 'rss.xml', 'atom.xml', 'feed.xml', 'index.xml'];
const MAX_FOLDERS = 3;
/** Maximum number of links on the page that look like feeds and are tried. */
const MAX_GUESSES = 6;
/** Maximum number of feeds that are read because a page or an index names them. */
const MAX_READ = 8;
const MAX_CONCURRENT_READS = 2;
/** Maximum number of links that are read in search of live pages. */
const MAX_LIVE_PAGES = 3;
/** ms. A live page without an update for this long has probably ended. */
const MAX_LIVE_PAUSE_MS = 2 * 86_400_000;

/**
 * Returns the feed at an address, or the feeds to which the web page or the sitemap index there leads. Of the front page of a
 * site, also searches for news sitemaps and live pages. `origin`: the address that the user gave, if a page linked to this
 * one; if the origin is public, no page can lead to an address of this machine.
 */
export async function findFeed(
  address: string,
  options: RequestOptions,
  origin = address,
): Promise<FeedSearchResult> {
  const requests = new SiteRequests(origin, options);
  const first = await requests.page(address);
  if (first.kind === 'feed') return first;
  const search = { requests, options };
  const isIndex = first.failure.kind !== 'html';
  const found = isIndex
    ? await followIndex(first, search)
    : await searchPage(first, [address, first.url].some(isFrontPage), search);
  const offers = rankOffers(found.candidates, first.url, options.now());
  const [best] = offers;
  if (offers.length > 1 && offers.some((offer) => offer.failure === undefined))
    return { kind: 'several', page: first.url, isIndex, offers };
  if (best?.found) return { kind: 'feed', url: best.url, feed: best.found.feed };
  // All those before it in the page are no feeds.
  const last =
    best && best.failure === undefined ? await requests.page(best.url, `  ${best.url}`) : undefined;
  if (last?.kind === 'feed') return last;
  // The failure of a feed that the page names says more than that the page is none.
  const failed =
    found.candidates.flatMap(({ result }) => (result?.kind === 'not' ? [result] : []))[0] ?? first;
  return { kind: 'none', url: failed.url, failure: failed.failure, tried: found.tried };
}

function isFrontPage(address: string): boolean {
  return /^\/(?:[a-z]{2}(?:[-_][a-z]{2})?\/?)?(?:index\.\w{1,5})?$/i.test(new URL(address).pathname);
}

interface Search {
  readonly requests: SiteRequests;
  readonly options: RequestOptions;
}

interface Found {
  readonly candidates: readonly Candidate[];
  /** Addresses that were guessed, without success. */
  readonly tried: readonly string[];
}

async function searchPage(page: NoFeed, isFront: boolean, search: Search): Promise<Found> {
  const { requests } = search;
  const named = distinctFeeds(page.advertised ?? [], page.url);
  const declared = named.filter(({ guessed }) => !guessed);
  const feeds =
    declared.length > 0
      ? await readDeclared(page.url, declared, search)
      : await tryCommonFeedUrls(page.url, named.map(({ url }) => url).slice(0, MAX_GUESSES), search);
  if (!isFront || feeds.isRefused || !requests.isAvailable(page.url)) return feeds;
  const hasFeed = feeds.candidates.some(({ result }) => result?.kind === 'feed');
  const step = `${hasFeed ? '' : 'no feed there; '}looking for news sitemaps in`;
  const sitemaps = await searchRobots(page.url, step, requests);
  const livePages = await searchLivePages(page, search);
  return {
    candidates: [...feeds.candidates, ...livePages, ...sitemaps.candidates],
    tried: declared.length > 0 ? [] : [...feeds.tried, ...sitemaps.tried],
  };
}

type FoundFeeds = Found & { readonly isRefused?: boolean };

async function readDeclared(
  page: string,
  feeds: readonly AdvertisedFeed[],
  search: Search,
): Promise<FoundFeeds> {
  const [only, second] = feeds;
  search.options.onStep(
    `${page} is a web page; reading the ${second ? 'feeds it links to:' : `feed it links to: ${only?.url}`}`,
  );
  const candidates = feeds.map(({ url, title = '' }) => ({ kind: 'feed' as const, url, title }));
  return { candidates: await readAll(candidates, second !== undefined, search), tried: [] };
}

/** Returns the candidates with the results of the first ones. */
async function readAll(
  candidates: readonly Candidate[],
  hasSteps: boolean,
  { requests }: Search,
): Promise<Candidate[]> {
  const read = [...candidates];
  await inParallel(
    [...candidates.slice(0, MAX_READ).entries()],
    MAX_CONCURRENT_READS,
    async ([n, candidate]) => {
      const { url } = candidate;
      read[n] = { ...candidate, result: await requests.page(url, hasSteps ? `  ${url}` : undefined) };
    },
  );
  return read;
}

/** Tries the guessed links, then the common paths, one after the other, until one is a feed. */
async function tryCommonFeedUrls(
  page: string,
  guesses: readonly string[],
  { requests, options: { onStep } }: Search,
): Promise<FoundFeeds> {
  const tried: string[] = [];
  const does = guesses.length > 0 ? 'may link to feeds' : 'links to no feed';
  onStep(
    `${page} is a web page that ${does}; trying ${guesses.length > 0 ? 'its links and ' : ''}the common addresses of feeds`,
  );
  for (const url of new Set([...guesses, ...commonFeedUrls(page)])) {
    tried.push(url);
    const result = await requests.page(url, `  ${url}`);
    if (result.kind === 'feed') return { candidates: [{ kind: 'feed', url, result }], tried };
    if (isHostUnavailable(result.failure) && hasSameHost(url, page))
      return { candidates: [], tried, isRefused: true };
  }
  return { candidates: [], tried };
}

/** Returns the live pages to which a front page links. */
async function searchLivePages(page: NoFeed, search: Search): Promise<Candidate[]> {
  if (!page.document) return [];
  const { options } = search;
  const text = await decode(page.document.bytes, page.document.contentType);
  const links = liveLinks(text, page.url).slice(0, MAX_LIVE_PAGES);
  if (links.length === 0) return [];
  options.onStep('reading links that may be live pages:');
  const candidates = await readAll(
    links.map((url) => ({ kind: 'live page', url })),
    true,
    search,
  );
  return candidates.filter(({ result }) => {
    const feed = result?.kind === 'feed' ? result.feed : undefined;
    const newest = feed?.live ? newestTime(feed.entries) : undefined;
    return newest !== undefined && options.now() - newest < MAX_LIVE_PAUSE_MS;
  });
}

/** Returns the news sitemaps that an index names, or finds news among its others. */
async function followIndex(index: NoFeed, search: Search): Promise<Found> {
  const sitemaps = distinctFeeds(index.advertised ?? [], index.url);
  if (sitemaps.length === 0) return { candidates: [], tried: [] };
  const named = sitemaps.filter(({ guessed }) => !guessed);
  const [only] = named;
  search.options.onStep(
    named.length > 1
      ? `${index.url} is a sitemap index; reading the news sitemaps it names:`
      : only
        ? `${index.url} is a sitemap index; reading the news sitemap it names: ${only.url}`
        : `${index.url} is a sitemap index that names no news sitemap; reading its latest sitemaps`,
  );
  if (!only) return { ...(await searchSitemaps(sitemaps, search.requests)), tried: [] };
  return { candidates: await readAll(named.map(sitemapCandidate), named.length > 1, search), tried: [] };
}

/** Returns the common feed addresses for a page, those in its own folder first: the feed of the blog at /blog/ is at /blog/feed. */
function commonFeedUrls(pageUrl: string): string[] {
  const { pathname } = new URL(pageUrl);
  const names = pathname.split('/').filter((name) => name !== '');
  // "/blog" may be a folder; "/blog/index.html" is a file.
  if (/\.\w{2,5}$/.test(names.at(-1) ?? '')) names.pop();
  const folders = names.map((_, n) => `/${names.slice(0, n + 1).join('/')}/`).slice(0, MAX_FOLDERS - 1);
  return [...folders.reverse(), '/'].flatMap((folder) =>
    COMMON_FEED_PATHS.map((name) => new URL(`${folder}${name}`, pageUrl).href),
  );
}

function hasSameHost(address: string, other: string): boolean {
  return new URL(address).host === new URL(other).host;
}
