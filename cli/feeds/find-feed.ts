import type { Failure, Fetch } from '../../functions/poll/fetch/fetch.ts';
import type { AdvertisedFeed } from '../../functions/poll/parser/advertised-feeds.ts';
import type { FeedDocument, ParseContext, ParseResult } from '../../functions/poll/parser/parse.ts';
import { sitemapOffer } from '../../functions/poll/parser/sitemap/sitemap-offer.ts';
import { feedKey, parseAddress } from './parse-address.ts';

export type FeedSearchResult =
  | { readonly kind: 'feed'; readonly url: string; readonly feed: FeedDocument }
  /** A web page that links to several feeds, or that has several news sitemaps. */
  | {
      readonly kind: 'several';
      readonly page: string;
      readonly feeds: readonly AdvertisedFeed[];
      /** Where the news sitemaps were found; unset if the web page itself links to feeds. */
      readonly namedBy?: 'index' | 'robots.txt';
    }
  /** `tried`: addresses that were guessed, without success. */
  | {
      readonly kind: 'none';
      readonly url: string;
      readonly failure: Failure;
      readonly tried: readonly string[];
      /** The host cannot be reached or refuses us. */
      readonly isUnavailable?: true;
    };

export interface FindOptions {
  readonly fetch: Fetch;
  readonly read: (bytes: Uint8Array, context: ParseContext) => Promise<ParseResult>;
  readonly now: () => number;
  readonly userAgent?: string | undefined;
  /** Receives a line of text before every request except the first. */
  readonly onStep: (text: string) => void;
}

/** Common paths of feeds, in the page's folder or in one above it. */
const COMMON_FEED_PATHS = ['feed', 'rss', 'rss.xml', 'atom.xml', 'feed.xml', 'index.xml'];
const MAX_FOLDERS = 3;
/** Maximum number of links on the page that look like feeds and are tried. */
const MAX_GUESSES = 6;
/** Maximum number of sitemaps that are read in search of news, robots.txt not included. */
const MAX_SITEMAPS = 3;

/**
 * Returns the feed at an address, or the feed to which the web page or the sitemap index there leads. `origin`: the address
 * that the user gave, if a page linked to this one; if the origin is public, no page can lead to an address of this machine.
 */
export async function findFeed(
  address: string,
  options: FindOptions,
  origin = address,
): Promise<FeedSearchResult> {
  const request = requestsFrom(origin, options);
  const first = await request(address);
  if (first.kind === 'feed') return first;
  const feeds = distinct(first.advertised ?? []);
  if (first.failure.kind !== 'html') {
    const found = await followIndex(first.url, feeds, { ...options, request });
    return found ?? { kind: 'none', url: first.url, failure: first.failure, tried: [] };
  }
  const linked = feeds.filter(({ guessed }) => !guessed);
  const [only] = linked;
  if (linked.length > 1) return { kind: 'several', page: first.url, feeds: linked };
  if (only) {
    options.onStep(`${first.url} is a web page; reading the feed it links to: ${only.url}`);
    const result = await request(only.url);
    if (result.kind === 'feed') return result;
    return { kind: 'none', url: result.url, failure: result.failure, tried: [] };
  }
  const guesses = feeds.map(({ url }) => url).slice(0, MAX_GUESSES);
  const found = await tryCommonFeedUrls(first, guesses, { ...options, request });
  const isFront = [address, first.url].some(isFrontPage);
  if (found.kind !== 'none' || found.isUnavailable || !isFront) return found;
  const sitemaps = await searchRobots(first.url, origin, { ...options, request });
  return 'kind' in sitemaps ? sitemaps : { ...found, tried: [...found.tried, ...sitemaps.tried] };
}

function isFrontPage(address: string): boolean {
  return /^\/(?:index\.\w{1,5})?$/.test(new URL(address).pathname);
}

type PageResult =
  | { readonly kind: 'feed'; readonly url: string; readonly feed: FeedDocument }
  | {
      readonly kind: 'not';
      readonly url: string;
      readonly failure: Failure;
      readonly advertised?: readonly AdvertisedFeed[];
    };

type RequestPage = (address: string) => Promise<PageResult>;

interface SearchOptions extends FindOptions {
  readonly request: RequestPage;
}

const requestsFrom =
  (origin: string, options: FindOptions): RequestPage =>
  (address) =>
    requestFeed(address, origin, options);

async function requestFeed(
  address: string,
  feedUrl: string,
  { fetch, read, now, userAgent }: FindOptions,
): Promise<PageResult> {
  const fetched = await fetch({ url: address, feedUrl, userAgent });
  if (fetched.kind !== 'document') {
    // A request without validators normally gets a document or a failure.
    const failure: Failure =
      fetched.kind === 'failed'
        ? fetched.failure
        : { kind: 'status', detail: `no document (${fetched.kind})` };
    return { kind: 'not', url: address, failure };
  }
  const { bytes, contentType, link, cut, url } = fetched;
  const parsed = await read(bytes, { url, contentType, link, cut, now: now() });
  // Only a permanent redirect changes the address that is written to the file.
  if (parsed.ok) return { kind: 'feed', url: fetched.moved ?? address, feed: parsed.feed };
  const { failure, advertised } = parsed;
  return { kind: 'not', url, failure, ...(advertised ? { advertised } : {}) };
}

/** Tries the guessed links, then the common paths, one after the other, until one is a feed. */
async function tryCommonFeedUrls(
  page: { readonly url: string; readonly failure: Failure },
  guesses: readonly string[],
  { request, onStep }: SearchOptions,
): Promise<FeedSearchResult> {
  const tried: string[] = [];
  const does = guesses.length > 0 ? 'may link to feeds' : 'links to no feed';
  onStep(
    `${page.url} is a web page that ${does}; trying ${guesses.length > 0 ? 'its links and ' : ''}the common addresses of feeds`,
  );
  for (const url of new Set([...guesses, ...commonFeedUrls(page.url)])) {
    onStep(`  ${url}`);
    tried.push(url);
    const result = await request(url);
    if (result.kind === 'feed') return result;
    if (isHostUnavailable(result.failure) && hasSameHost(url, page.url))
      return { kind: 'none', url: page.url, failure: page.failure, tried, isUnavailable: true };
  }
  return { kind: 'none', url: page.url, failure: page.failure, tried };
}

/** Returns the news sitemap that an index names, or all of several; undefined if it names none and its others have no news. */
async function followIndex(
  index: string,
  sitemaps: readonly AdvertisedFeed[],
  options: SearchOptions,
): Promise<FeedSearchResult | undefined> {
  if (sitemaps.length === 0) return undefined;
  const named = sitemaps.filter(({ guessed }) => !guessed);
  if (named.length > 1) return { kind: 'several', page: index, feeds: named, namedBy: 'index' };
  const [only] = named;
  options.onStep(
    only
      ? `${index} is a sitemap index; reading the news sitemap it names: ${only.url}`
      : `${index} is a sitemap index that names no news sitemap; reading its latest sitemaps`,
  );
  if (!only) return foundIn(await searchSitemaps(sitemaps, options), index, 'index');
  const result = await options.request(only.url);
  if (result.kind === 'feed') return result;
  return { kind: 'none', url: result.url, failure: result.failure, tried: [] };
}

/** Bytes. Google reads no more of it. */
const MAX_ROBOTS_BYTES = 500 * 1024;
const MAX_SITEMAP_LINES = 100;

/** Searches for news sitemaps in the robots.txt of a page's site. Returns them, or the addresses that were tried. */
async function searchRobots(
  page: string,
  origin: string,
  options: SearchOptions,
): Promise<FeedSearchResult | { readonly tried: readonly string[] }> {
  const robots = new URL('/robots.txt', page).href;
  options.onStep(`no feed there; looking for news sitemaps in ${robots}`);
  const { fetch, userAgent } = options;
  const fetched = await fetch({ url: robots, feedUrl: origin, userAgent });
  if (fetched.kind !== 'document') return { tried: [robots] };
  const sitemaps = distinct(sitemapsIn(fetched.bytes, fetched.url));
  const searched = await searchSitemaps(sitemaps, options);
  return foundIn(searched, page, 'robots.txt') ?? { tried: [robots, ...searched.tried] };
}

/** Returns the sitemaps that a robots.txt names. */
function sitemapsIn(bytes: Uint8Array, base: string): AdvertisedFeed[] {
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_ROBOTS_BYTES));
  const written = [...text.matchAll(/^[ \t]*sitemap[ \t]*:[ \t]*(\S+)/gim)].slice(0, MAX_SITEMAP_LINES);
  return written
    .flatMap(([, address = '']) => URL.parse(address, base) ?? [])
    .filter(({ protocol }) => /^https?:$/.test(protocol))
    .map(({ href }) => sitemapOffer(href));
}

interface SitemapSearch {
  readonly feeds: readonly (PageResult & { readonly kind: 'feed' })[];
  /** News sitemaps, by their addresses, that were not read. */
  readonly unread: readonly AdvertisedFeed[];
  readonly tried: readonly string[];
}

/** Reads sitemaps, and those that indexes name, until one has news. Then reads only those whose addresses promise news. */
async function searchSitemaps(
  sitemaps: readonly AdvertisedFeed[],
  { request, onStep }: SearchOptions,
): Promise<SitemapSearch> {
  let queue = newsFirst(sitemaps);
  const feeds: (PageResult & { readonly kind: 'feed' })[] = [];
  const tried: string[] = [];
  while (tried.length < MAX_SITEMAPS) {
    const next = queue.shift();
    if (!next || (next.guessed && feeds.length > 0)) break;
    onStep(`  ${next.url}`);
    tried.push(next.url);
    const result = await request(next.url);
    if (result.kind === 'feed') feeds.push(result);
    else if (result.failure.kind !== 'html') {
      const named = distinct(result.advertised ?? []).filter(({ url }) => !tried.includes(url));
      queue = newsFirst([...named, ...queue]);
    }
  }
  return { feeds, unread: queue.filter(({ guessed }) => !guessed), tried };
}

function newsFirst(sitemaps: readonly AdvertisedFeed[]): AdvertisedFeed[] {
  return sitemaps.toSorted((a, b) => Number(a.guessed ?? false) - Number(b.guessed ?? false));
}

/** Returns the result of a search in sitemaps; undefined if none of them has news. */
function foundIn(
  { feeds, unread }: SitemapSearch,
  page: string,
  namedBy: 'index' | 'robots.txt',
): FeedSearchResult | undefined {
  const [first] = feeds;
  const all = [...feeds.map(({ url }) => sitemapOffer(url)), ...unread];
  return first && all.length > 1 ? { kind: 'several', page, feeds: distinct(all), namedBy } : first;
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

/** Returns whether the host cannot be reached or refuses us, so that its other addresses are not worth a try. */
function isHostUnavailable({ kind, detail, retryAt }: Failure): boolean {
  return (
    kind === 'unreachable' ||
    kind === 'timeout' ||
    kind === 'refused' ||
    retryAt !== undefined ||
    /^HTTP (401|403|429)\b/.test(detail)
  );
}

/** Returns each feed once, with a normalized address. Leaves out invalid addresses. */
function distinct(feeds: readonly AdvertisedFeed[]): AdvertisedFeed[] {
  const readable = feeds.flatMap((feed) => {
    const address = parseAddress(feed.url);
    return 'fault' in address ? [] : [{ ...feed, url: address.url }];
  });
  return [...new Map(readable.toReversed().map((feed) => [feedKey(feed.url), feed])).values()].toReversed();
}
