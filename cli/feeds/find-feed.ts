import type { Failure, Fetch } from '../../functions/poll/fetch/fetch.ts';
import type { AdvertisedFeed } from '../../functions/poll/parser/advertised-feeds.ts';
import type { FeedDocument, ParseContext, ParseResult } from '../../functions/poll/parser/parse.ts';
import { feedKey, parseAddress } from './parse-address.ts';

export type FeedSearchResult =
  | { readonly kind: 'feed'; readonly url: string; readonly feed: FeedDocument }
  /** A web page that names more than one. */
  | { readonly kind: 'several'; readonly page: string; readonly feeds: readonly AdvertisedFeed[] }
  /** `tried`: addresses that the page does not name. */
  | {
      readonly kind: 'none';
      readonly url: string;
      readonly failure: Failure;
      readonly tried: readonly string[];
    };

export interface FindOptions {
  readonly fetch: Fetch;
  readonly read: (bytes: Uint8Array, context: ParseContext) => Promise<ParseResult>;
  readonly now: () => number;
  readonly userAgent?: string | undefined;
  /** Told before every request but the first. */
  readonly onStep: (text: string) => void;
}

/** Where feeds are when a page does not say so, below the page's own folder or one above it. */
const COMMON_FEED_PATHS = ['feed', 'rss', 'rss.xml', 'atom.xml', 'feed.xml', 'index.xml'];
const MAX_FOLDERS = 3;
/** Of the links that may be feeds, so many are tried. */
const MAX_GUESSES = 6;

/**
 * The feed at an address, or the one that the web page there names. `origin`: the address that the user gave, if a page named
 * this one: where that is public, no page leads to this machine.
 */
export async function findFeed(
  address: string,
  options: FindOptions,
  origin = address,
): Promise<FeedSearchResult> {
  const visit = requestsFrom(origin, options);
  const first = await visit(address);
  if (first.kind === 'feed') return first;
  if (first.failure.kind !== 'html')
    return { kind: 'none', url: first.url, failure: first.failure, tried: [] };
  const feeds = distinct(first.advertised ?? []);
  const named = feeds.filter(({ guessed }) => !guessed);
  const [only] = named;
  if (named.length > 1) return { kind: 'several', page: first.url, feeds: named };
  if (only) {
    options.onStep(`${first.url} is a web page; reading the feed that it names: ${only.url}`);
    const visited = await visit(only.url);
    if (visited.kind === 'feed') return visited;
    return { kind: 'none', url: visited.url, failure: visited.failure, tried: [] };
  }
  return tryCommonFeedUrls(first, feeds.map(({ url }) => url).slice(0, MAX_GUESSES), { ...options, visit });
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
    // Without validators nothing else can be answered.
    const failure: Failure =
      fetched.kind === 'failed'
        ? fetched.failure
        : { kind: 'status', detail: `no document (${fetched.kind})` };
    return { kind: 'not', url: address, failure };
  }
  const { bytes, contentType, link, cut, url } = fetched;
  const parsed = await read(bytes, { url, contentType, link, cut, now: now() });
  // Only a move for good changes what is written: where a temporary redirect leads to today is nobody's address.
  if (parsed.ok) return { kind: 'feed', url: fetched.moved ?? address, feed: parsed.feed };
  const { failure, advertised } = parsed;
  return { kind: 'not', url, failure, ...(advertised ? { advertised } : {}) };
}

/** Tries what may be feeds, in turn. */
async function tryCommonFeedUrls(
  page: { readonly url: string; readonly failure: Failure },
  guesses: readonly string[],
  { visit, onStep }: Pick<FindOptions, 'onStep'> & { readonly visit: RequestPage },
): Promise<FeedSearchResult> {
  const tried: string[] = [];
  const does = guesses.length > 0 ? 'links to what may be feeds' : 'names no feed';
  onStep(
    `${page.url} is a web page that ${does}; trying ${guesses.length > 0 ? 'them and ' : ''}the usual places`,
  );
  for (const place of new Set([...guesses, ...commonFeedUrls(page.url)])) {
    onStep(`  ${place}`);
    tried.push(place);
    const visited = await visit(place);
    if (visited.kind === 'feed') return visited;
    if (isHostUnavailable(visited.failure) && isHostOf(place, page.url)) break;
  }
  return { kind: 'none', url: page.url, failure: page.failure, tried };
}

/** Below the page's own folder first: of the blog at /blog/, the feed is at /blog/feed. */
function commonFeedUrls(pageUrl: string): string[] {
  const { pathname } = new URL(pageUrl);
  const names = pathname.split('/').filter((name) => name !== '');
  // "/blog" may be a folder, "/blog/index.html" is in one.
  if (/\.\w{2,5}$/.test(names.at(-1) ?? '')) names.pop();
  const folders = names.map((_, n) => `/${names.slice(0, n + 1).join('/')}/`).slice(0, MAX_FOLDERS - 1);
  return [...folders.reverse(), '/'].flatMap((folder) =>
    COMMON_FEED_PATHS.map((name) => new URL(`${folder}${name}`, pageUrl).href),
  );
}

function isHostOf(address: string, other: string): boolean {
  return new URL(address).host === new URL(other).host;
}

/** A host that is out of reach, or asks to be left alone, will not say more at the next place. */
function isHostUnavailable({ kind, detail, retryAt }: Failure): boolean {
  return (
    kind === 'unreachable' ||
    kind === 'timeout' ||
    kind === 'refused' ||
    retryAt !== undefined ||
    /^HTTP (401|403|429)\b/.test(detail)
  );
}

/** Each once, with an address that is safe to show. */
function distinct(feeds: readonly AdvertisedFeed[]): AdvertisedFeed[] {
  const readable = feeds.flatMap((feed) => {
    const address = parseAddress(feed.url);
    return 'fault' in address ? [] : [{ ...feed, url: address.url }];
  });
  return [...new Map(readable.toReversed().map((feed) => [feedKey(feed.url), feed])).values()].toReversed();
}
