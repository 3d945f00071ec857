import type { Failure, Fetch } from '../../functions/poll/fetch.ts';
import type { FeedDocument, ParseContext, Parsed } from '../../functions/poll/parse.ts';
import { feedKey, readAddress } from './address.ts';

export interface Advertised {
  readonly url: string;
  readonly title?: string;
}

export type Found =
  | { readonly kind: 'feed'; readonly url: string; readonly feed: FeedDocument }
  /** A web page that names more than one. */
  | { readonly kind: 'several'; readonly page: string; readonly feeds: readonly Advertised[] }
  /** `tried`: addresses that the page does not name. */
  | {
      readonly kind: 'none';
      readonly url: string;
      readonly failure: Failure;
      readonly tried: readonly string[];
    };

export interface FindOptions {
  readonly fetch: Fetch;
  readonly read: (bytes: Uint8Array, context: ParseContext) => Promise<Parsed>;
  readonly now: () => number;
  /** Told before every request but the first. */
  readonly onStep: (text: string) => void;
}

/** Where feeds are when a page does not say so; asked for in turn, and never more than these. */
const USUAL_PLACES = ['/feed', '/rss', '/rss.xml', '/atom.xml', '/feed.xml', '/index.xml'];

/** The feed at an address, or the one that the web page there names. */
export async function findFeed(address: string, options: FindOptions): Promise<Found> {
  const first = await visit(address, options);
  if (first.kind === 'feed') return first;
  if (first.failure.kind !== 'html')
    return { kind: 'none', url: first.url, failure: first.failure, tried: [] };
  const feeds = distinct(first.advertised ?? []);
  const [only] = feeds;
  if (feeds.length > 1) return { kind: 'several', page: first.url, feeds };
  if (only) {
    options.onStep(`${first.url} is a web page; reading the feed that it names: ${only.url}`);
    const named = await visit(only.url, options);
    if (named.kind === 'feed') return named;
    return { kind: 'none', url: named.url, failure: named.failure, tried: [] };
  }
  return lookAround(first, options);
}

type Visited =
  | { readonly kind: 'feed'; readonly url: string; readonly feed: FeedDocument }
  | {
      readonly kind: 'not';
      readonly url: string;
      readonly failure: Failure;
      readonly advertised?: readonly Advertised[];
    };

async function visit(address: string, { fetch, read, now }: FindOptions): Promise<Visited> {
  const fetched = await fetch({ url: address });
  if (fetched.kind !== 'document') {
    // Without validators nothing else can be answered.
    const failure: Failure =
      fetched.kind === 'failed'
        ? fetched.failure
        : { kind: 'status', detail: `no document (${fetched.kind})` };
    return { kind: 'not', url: address, failure };
  }
  const { bytes, contentType, url } = fetched;
  const parsed = await read(bytes, { url, contentType, now: now() });
  // Only a move for good changes what is written: where a temporary redirect leads to today is nobody's address.
  if (parsed.ok) return { kind: 'feed', url: fetched.moved ?? address, feed: parsed.feed };
  const { failure, advertised } = parsed;
  return { kind: 'not', url, failure, ...(advertised ? { advertised } : {}) };
}

async function lookAround(
  page: { readonly url: string; readonly failure: Failure },
  options: FindOptions,
): Promise<Found> {
  const tried: string[] = [];
  options.onStep(`${page.url} is a web page that names no feed; trying the usual places`);
  for (const path of USUAL_PLACES) {
    const place = new URL(path, page.url).href;
    options.onStep(`  ${place}`);
    tried.push(place);
    const visited = await visit(place, options);
    if (visited.kind === 'feed') return visited;
    if (wantsNoMore(visited.failure)) break;
  }
  return { kind: 'none', url: page.url, failure: page.failure, tried };
}

/** A host that is out of reach, or asks to be left alone, will not say more at the next place. */
function wantsNoMore({ kind, detail, retryAt }: Failure): boolean {
  return (
    kind === 'unreachable' ||
    kind === 'timeout' ||
    kind === 'refused' ||
    retryAt !== undefined ||
    /^HTTP (401|403|429)$/.test(detail)
  );
}

/** Each once, with an address that is safe to show. */
function distinct(feeds: readonly Advertised[]): Advertised[] {
  const readable = feeds.flatMap(({ url, title }) => {
    const address = readAddress(url);
    return 'fault' in address ? [] : [{ url: address.url, ...(title === undefined ? {} : { title }) }];
  });
  return [...new Map(readable.toReversed().map((feed) => [feedKey(feed.url), feed])).values()].toReversed();
}
