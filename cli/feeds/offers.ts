import { type AdvertisedFeed, isCommentFeed } from '../../functions/poll/parser/advertised-feeds.ts';
import { headlineOf } from '../../functions/poll/parser/headline.ts';
import type { Entry, FeedDocument } from '../../functions/poll/parser/parse.ts';
import { newestTime, SILENT_MS } from './entry-times.ts';
import { feedTitle } from './feed-title.ts';
import { feedKey, parseAddress } from './parse-address.ts';
import { mayRecover, type PageResult } from './site-requests.ts';

/** The best kind first. A push feed names a WebSub hub, which announces new items at once. */
const KINDS = ['push feed', 'feed', 'live page', 'news sitemap'] as const;
export type OfferKind = (typeof KINDS)[number];

/** An address where a search found a feed or expects one. */
export interface Candidate {
  readonly kind: Exclude<OfferKind, 'push feed'>;
  readonly url: string;
  /** The title that the page gives. */
  readonly title?: string;
  /** Unset if the address was not read. */
  readonly result?: PageResult;
}

/** A feed that a user may choose. */
export interface Offer {
  readonly kind: OfferKind;
  readonly url: string;
  readonly title: string;
  readonly isComments: boolean;
  /** The document, if it was read. */
  readonly found?: { readonly finalUrl: string; readonly feed: FeedDocument };
  /** Why it could not be read. */
  readonly failure?: string;
  /** Addresses of the same feed in other formats. */
  readonly otherFormats: readonly string[];
}

/**
 * Returns the feeds to offer, the best first: those with news before those without, then by kind, then the site's own, then
 * in the given order; feeds of comments and failures come last. Each feed is offered once. Leaves out addresses that are no
 * feeds, unless only feeds of comments are left.
 */
export function rankOffers(candidates: readonly Candidate[], page: string, now: number): Offer[] {
  const offers = candidates.map((candidate) => ({ offer: offerOf(candidate), candidate }));
  const possible = offers.filter(
    ({ candidate: { result } }) => result?.kind !== 'not' || mayRecover(result.failure),
  );
  const kept = possible.some(({ offer }) => !offer.isComments) ? possible : offers;
  const ranked = kept
    .map(({ offer }) => ({ offer, rank: rankOf(offer, page, now) }))
    .sort((a, b) => compareRanks(a.rank, b.rank));
  return mergeSame(ranked.map(({ offer }) => offer));
}

function offerOf({ kind, url, title: linkTitle = '', result }: Candidate): Offer {
  const found = result?.kind === 'feed' ? result : undefined;
  const title = feedTitle(found?.feed.title ?? '') || feedTitle(linkTitle);
  const isComments = kind === 'feed' && isCommentFeed(url, `${title} ${linkTitle}`);
  return {
    kind: found ? kindOf(kind, found.feed) : kind,
    url: found?.url ?? url,
    title,
    isComments,
    ...(found ? { found } : {}),
    ...(result?.kind === 'not' ? { failure: result.failure.detail } : {}),
    otherFormats: [],
  };
}

function kindOf(expected: Candidate['kind'], { push, live }: FeedDocument): OfferKind {
  if (live) return 'live page';
  return push && push.hubs.length > 0 ? 'push feed' : expected;
}

function rankOf({ kind, url, isComments, found, failure }: Offer, page: string, now: number): number[] {
  return [
    Number(failure !== undefined),
    Number(isComments),
    Number(found !== undefined && isSilent(found.feed, now)),
    KINDS.indexOf(kind),
    Number(found === undefined),
    Number(!isSameSite(url, page)),
  ];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, n) => part !== b[n]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** Returns whether a feed is empty or had no news for months. */
function isSilent({ entries }: FeedDocument, now: number): boolean {
  const newest = newestTime(entries);
  return entries.length === 0 || (newest !== undefined && now - newest >= SILENT_MS);
}

/** Returns whether two addresses have the same domain, or one has a domain below the other's. */
export function isSameSite(one: string, other: string): boolean {
  const [a, b] = [one, other].map((address) => new URL(address).hostname.replace(/^www\./, ''));
  return a === b || a?.endsWith(`.${b}`) === true || b?.endsWith(`.${a}`) === true;
}

/** Returns each feed once, with its other formats. Other spellings of an address are left out. */
function mergeSame(offers: readonly Offer[]): Offer[] {
  const kept: { readonly offer: Offer; readonly otherFormats: string[] }[] = [];
  for (const offer of offers) {
    const sameAddress = kept.some((one) => haveSameAddress(one.offer, offer));
    const same = sameAddress ? undefined : kept.find((one) => haveSameItems(one.offer, offer));
    if (same) same.otherFormats.push(offer.url);
    else if (!sameAddress) kept.push({ offer, otherFormats: [] });
  }
  return kept.map(({ offer, otherFormats }) => ({ ...offer, otherFormats }));
}

/** Returns a key that is the same with and without "www." and for all spellings that `feedKey` knows. */
function spellingKey(address: string): string {
  return feedKey(address).replace(/^www\./, '');
}

function haveSameAddress(a: Offer, b: Offer): boolean {
  const [keys, others] = [a, b].map(({ url, found }) => [url, found?.finalUrl ?? url].map(spellingKey));
  return keys?.some((key) => others?.includes(key)) ?? false;
}

/** Newest items that are compared. */
const MAX_COMPARED = 10;
/** Fewer items may also be those of a category. */
const MIN_COMPARED = 5;
/** Formats have different dates, so the newest items may differ a little. */
const MIN_SAME_RATIO = 0.8;

/** Returns whether two feeds are formats of one: they have the same title and the same newest items. */
function haveSameItems(a: Offer, b: Offer): boolean {
  const [entries, others] = [a.found?.feed.entries ?? [], b.found?.feed.entries ?? []];
  const length = Math.min(entries.length, others.length, MAX_COMPARED);
  const isComparable = length >= MIN_COMPARED || (length > 0 && entries.length === others.length);
  if (ownTitle(a) !== ownTitle(b) || a.kind === 'news sitemap' || b.kind === 'news sitemap' || !isComparable)
    return false;
  const known = new Set(entries.slice(0, length).flatMap(itemKeys));
  const same = others.slice(0, length).filter((entry) => itemKeys(entry).some((key) => known.has(key)));
  return same.length >= length * MIN_SAME_RATIO;
}

/** Returns the title in the document, because links have titles such as "Atom". */
function ownTitle({ found }: Offer): string {
  return feedTitle(found?.feed.title ?? '');
}

function itemKeys(entry: Entry): string[] {
  const address = entry.url !== undefined && URL.canParse(entry.url) ? [spellingKey(entry.url)] : [];
  const headline = feedTitle(headlineOf(entry));
  return headline === '' ? address : [...address, headline];
}

/**
 * Returns each feed once, with a normalized address. Of several spellings, takes the one on the page's own origin, or else
 * one with https. Leaves out invalid addresses.
 */
export function distinctFeeds(feeds: readonly AdvertisedFeed[], page: string): AdvertisedFeed[] {
  const { origin } = new URL(page);
  const unlikeness = ({ url }: AdvertisedFeed) =>
    url.startsWith(`${origin}/`) ? 0 : url.startsWith('https:') ? 1 : 2;
  const best = new Map<string, AdvertisedFeed>();
  for (const feed of feeds) {
    const address = parseAddress(feed.url);
    if ('fault' in address) continue;
    const normalized = { ...feed, url: address.url };
    const key = spellingKey(address.url);
    const known = best.get(key);
    if (!known || unlikeness(normalized) < unlikeness(known)) best.set(key, normalized);
  }
  return [...best.values()];
}
