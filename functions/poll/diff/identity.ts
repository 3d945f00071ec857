import { hash64 } from '../../shared/hash.ts';
import { itemIdAt } from '../../shared/item-id.ts';
import type { Item } from '../../shared/model.ts';
import { headlineOf } from '../parser/headline.ts';
import type { Entry } from '../parser/parse.ts';
import { canonicalUrl, legacyCanonicalUrl } from './canonical-url.ts';

/** Hex digits of a hash by which an entry is known again, and of the halves of a title with its date. */
export const HASH_DIGITS = 12;
export const HALF_HASH_DIGITS = 6;

/**
 * Hashes of what an entry may be known again by. A guid or an address that it shares with another of its document names
 * neither. Title and date are a name together; each alone only confirms an address.
 */
export interface Fingerprint {
  readonly guid?: string;
  readonly url?: string;
  readonly title?: string;
  /** Absent, too, where another entry of the document has the same title and date. */
  readonly date?: string;
}

export interface IdentifiedEntry {
  readonly fingerprint: Fingerprint;
  /** Hash of summary and content; empty where there is neither. */
  readonly textHash: string;
  /** Of title, summary and content. */
  readonly contentHash: string;
  /**
   * The guid is the address, so that the feed says that the address names the entry. It adds no name, and some count edits
   * in it: …/abc#0 becomes …/abc#1.
   */
  readonly isPermalink: boolean;
  /**
   * What the feed states of earlier releases hold: up to 0.1.0 another hash of the text, and the address where it was spelled in another way;
   * `original` is that of the text with the secrets that are taken out now.
   */
  readonly legacy: {
    readonly text: string;
    readonly original?: string;
    readonly url?: string;
    readonly titleDate?: string;
  };
  /** The hashes of which new ids are made. */
  readonly fullHashes: { readonly guid?: string; readonly url?: string; readonly titleDate?: string };
  readonly entry: Entry;
}

type HashedEntry = Pick<IdentifiedEntry, 'entry' | 'contentHash' | 'fullHashes'> & {
  readonly original: Entry;
};

/**
 * Gives every entry of a document its names. The same thing twice in one document is one thing. `originals`: the entries
 * with the secrets that were taken out of them.
 */
export function identify(entries: readonly Entry[], originals = entries): IdentifiedEntry[] {
  const all = distinct(entries.map((entry, n) => hashed(entry, originals[n])));
  const count = new Map<string, number>();
  for (const { fullHashes } of all) {
    for (const name of Object.values(fullHashes)) count.set(name, (count.get(name) ?? 0) + 1);
  }
  return all.map((one) => named(one, (name) => count.get(name) === 1));
}

function hashed(entry: Entry, original = entry): HashedEntry {
  const { guid, url, title, summary, content, published } = entry;
  return {
    entry,
    original,
    contentHash: hash64(title, summary, content),
    fullHashes: {
      ...(guid ? { guid: hash64('guid', guid) } : {}),
      ...(url ? { url: urlHash(url) } : {}),
      ...(title && published ? { titleDate: hash64('title', title, published) } : {}),
    },
  };
}

function named(
  { entry, original, contentHash, fullHashes: all }: HashedEntry,
  isAlone: (name: string) => boolean,
): IdentifiedEntry {
  const { title, published } = entry;
  const full: IdentifiedEntry['fullHashes'] = Object.fromEntries(
    Object.entries(all).filter(([, name]) => isAlone(name)),
  );
  const { guid, url, titleDate } = full;
  const isPermalink = url !== undefined && entry.guid !== undefined && urlHash(entry.guid) === url;
  const formerUrl = url && hash64('url', legacyCanonicalUrl(entry.url ?? ''));
  const half = (hash: string) => hash.slice(0, HALF_HASH_DIGITS);
  return {
    entry,
    contentHash,
    fullHashes: full,
    isPermalink,
    textHash: textHashOf(entry),
    fingerprint: {
      ...(guid && !isPermalink ? { guid: name(guid) } : {}),
      ...(url ? { url: name(url) } : {}),
      ...(title ? { title: half(hash64('title', title)) } : {}),
      ...(published && titleDate === all.titleDate ? { date: half(hash64('date', published)) } : {}),
    },
    legacy: {
      text: name(contentHash),
      ...(original === entry ? {} : { original: textHashOf(original) }),
      ...(formerUrl && formerUrl !== url ? { url: name(formerUrl) } : {}),
      ...(titleDate ? { titleDate: name(titleDate) } : {}),
    },
  };
}

const name = (hash: string) => hash.slice(0, HASH_DIGITS);

function textHashOf({ summary, content }: Entry): string {
  return summary || content ? name(hash64('text', summary, content)) : '';
}

function distinct(all: readonly HashedEntry[]): HashedEntry[] {
  const first = new Map<string, HashedEntry>();
  for (const one of all) {
    const { guid, url, titleDate } = one.fullHashes;
    const key = [guid, url, titleDate ?? one.entry.title, guid ?? url ?? one.contentHash].join();
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}

/** Returns the hash of an address, the same for all its spellings. */
export function urlHash(address: string): string {
  return hash64('url', canonicalUrl(address));
}

/**
 * Returns the id of an item that is seen for the first time: of its feed and its address, unless that has named another
 * item of the feed. It stays the same until the poll that found the item is committed, whatever is edited meanwhile.
 */
export function newItemId(
  feedId: string,
  { fullHashes: { guid, url, titleDate }, entry, contentHash }: IdentifiedEntry,
  urlIsName: boolean,
): string {
  if (urlIsName && url) return idAtUrl(feedId, url);
  if (guid) return hash64(feedId, guid);
  // Its text tells an item from others with its title and date; one without a title may be edited.
  const telling = titleDate ?? (entry.title === '' ? entry.published : undefined) ?? contentHash;
  return hash64(feedId, telling, entry.title, entry.guid ?? '', entry.url ?? '');
}

const idAtUrl = (feedId: string, url: string) => itemIdAt(url, hash64(feedId, url));

/** Returns the ids that the item at an address may have; releases up to 0.1.0 gave it one for all feeds. */
export function idsAtAddress(address: string, feedIds: readonly string[]): string[] {
  const url = urlHash(address);
  const former = hash64('url', legacyCanonicalUrl(address));
  return [...new Set([url, former, ...feedIds.map((feedId) => idAtUrl(feedId, url))])];
}

/** Characters; far beyond what is matched and shown. An item fits a message and a record, whatever its feed puts into it. */
const MAX_LENGTHS = { guid: 1_000, title: 1_000, summary: 20_000, content: 20_000, name: 200 };
const MAX_NAMES = 50;

export function toItem(id: string, feedId: string, { entry, contentHash }: IdentifiedEntry): Item {
  const cutAll = (texts: readonly string[]) =>
    texts.slice(0, MAX_NAMES).map((text) => cut(text, MAX_LENGTHS.name));
  return {
    ...entry,
    id,
    contentHash,
    feedId,
    ...(entry.guid === undefined ? {} : { guid: cut(entry.guid, MAX_LENGTHS.guid) }),
    title: cut(headlineOf(entry), MAX_LENGTHS.title),
    summary: cut(entry.summary, MAX_LENGTHS.summary),
    content: cut(entry.content, MAX_LENGTHS.content),
    authors: cutAll(entry.authors),
    categories: cutAll(entry.categories),
  };
}

/** Never inside a character that takes two units; half of one cannot be stored. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();
}
