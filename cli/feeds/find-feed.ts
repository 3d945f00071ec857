import type { Failure, Fetch } from '../../functions/poll/fetch/fetch.ts';
import type { AdvertisedFeed } from '../../functions/poll/parser/advertised-feeds.ts';
import type { FeedDocument, ParseContext, ParseResult } from '../../functions/poll/parser/parse.ts';
import { feedKey, parseAddress } from './parse-address.ts';

export type FeedSearchResult =
  | { readonly kind: 'feed'; readonly url: string; readonly feed: FeedDocument }
  /** A web page that links to several feeds. */
  | { readonly kind: 'several'; readonly page: string; readonly feeds: readonly AdvertisedFeed[] }
  /** `tried`: addresses that were guessed, without success. */
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
  /** Receives a line of text before every request except the first. */
  readonly onStep: (text: string) => void;
}

/** Common paths of feeds, in the page's folder or in one above it. */
const COMMON_FEED_PATHS = ['feed', 'rss', 'rss.xml', 'atom.xml', 'feed.xml', 'index.xml'];
const MAX_FOLDERS = 3;
/** Maximum number of links on the page that look like feeds and are tried. */
const MAX_GUESSES = 6;

/**
 * Returns the feed at an address, or the feed to which the web page there links. `origin`: the address that the user
 * gave, if a page linked to this one; if the origin is public, no page can lead to an address of this machine.
 */
export async function findFeed(
  address: string,
  options: FindOptions,
  origin = address,
): Promise<FeedSearchResult> {
  const request = requestsFrom(origin, options);
  const first = await request(address);
  if (first.kind === 'feed') return first;
  if (first.failure.kind !== 'html')
    return { kind: 'none', url: first.url, failure: first.failure, tried: [] };
  const feeds = distinct(first.advertised ?? []);
  const linked = feeds.filter(({ guessed }) => !guessed);
  const [only] = linked;
  if (linked.length > 1) return { kind: 'several', page: first.url, feeds: linked };
  if (only) {
    options.onStep(`${first.url} is a web page; reading the feed it links to: ${only.url}`);
    const result = await request(only.url);
    if (result.kind === 'feed') return result;
    return { kind: 'none', url: result.url, failure: result.failure, tried: [] };
  }
  return tryCommonFeedUrls(first, feeds.map(({ url }) => url).slice(0, MAX_GUESSES), { ...options, request });
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
  { request, onStep }: Pick<FindOptions, 'onStep'> & { readonly request: RequestPage },
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
    if (isHostUnavailable(result.failure) && hasSameHost(url, page.url)) break;
  }
  return { kind: 'none', url: page.url, failure: page.failure, tried };
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
