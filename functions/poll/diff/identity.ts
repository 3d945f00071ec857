import { hash64 } from '../../shared/hash.ts';
import { itemIdAt } from '../../shared/item-id.ts';
import type { Item } from '../../shared/model.ts';
import { headlineOf } from '../parser/headline.ts';
import type { Entry } from '../parser/parse.ts';
import { canonicalUrl, legacyCanonicalUrl } from './canonical-url.ts';

/** Hex digits of a hash that identifies an entry, and of the hashes of title and date, which identify it together. */
export const HASH_DIGITS = 12;
export const HALF_HASH_DIGITS = 6;

/**
 * Hashes that identify an entry. A guid or an address that two entries of a document share identifies neither. Title and date
 * identify an entry together; each alone only confirms an address.
 */
export interface Fingerprint {
  readonly guid?: string;
  readonly url?: string;
  readonly title?: string;
  /** Absent also if another entry of the document has the same title and date. */
  readonly date?: string;
}

export interface IdentifiedEntry {
  readonly fingerprint: Fingerprint;
  /** Hash of summary and content; empty if there is neither. */
  readonly textHash: string;
  /** Hash of title, summary and content. */
  readonly contentHash: string;
  /**
   * The guid is the address, so the feed declares that the address identifies the entry. The guid is then left out of the
   * fingerprint: it adds nothing, and some feeds number edits in it, as in …/abc#0 and …/abc#1.
   */
  readonly isPermalink: boolean;
  /**
   * Hashes as feed states of earlier releases hold them. Releases up to 0.1.0 hashed the text and some addresses differently.
   * `original` is the hash of the text before secrets were removed.
   */
  readonly legacy: {
    readonly text: string;
    readonly original?: string;
    readonly url?: string;
    readonly titleDate?: string;
  };
  /** Full hashes, from which new ids are derived. */
  readonly fullHashes: { readonly guid?: string; readonly url?: string; readonly titleDate?: string };
  readonly entry: Entry;
}

type HashedEntry = Pick<IdentifiedEntry, 'entry' | 'contentHash' | 'fullHashes'> & {
  readonly original: Entry;
};

/** Fingerprints the entries of a document, without duplicates. `originals` are the entries with their secrets. */
export function identify(entries: readonly Entry[], originals = entries): IdentifiedEntry[] {
  const all = distinct(entries.map((entry, n) => hashEntry(entry, originals[n])));
  const counts = new Map<string, number>();
  for (const { fullHashes } of all) {
    for (const hash of Object.values(fullHashes)) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  return all.map((entry) => fingerprinted(entry, (hash) => counts.get(hash) === 1));
}

function hashEntry(entry: Entry, original = entry): HashedEntry {
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

function fingerprinted(
  { entry, original, contentHash, fullHashes: all }: HashedEntry,
  isUnique: (hash: string) => boolean,
): IdentifiedEntry {
  const { title, published } = entry;
  const fullHashes: IdentifiedEntry['fullHashes'] = Object.fromEntries(
    Object.entries(all).filter(([, hash]) => isUnique(hash)),
  );
  const { guid, url, titleDate } = fullHashes;
  const isPermalink = url !== undefined && entry.guid !== undefined && urlHash(entry.guid) === url;
  const legacyUrl = url && hash64('url', legacyCanonicalUrl(entry.url ?? ''));
  const halfHash = (hash: string) => hash.slice(0, HALF_HASH_DIGITS);
  return {
    entry,
    contentHash,
    fullHashes,
    isPermalink,
    textHash: textHashOf(entry),
    fingerprint: {
      ...(guid && !isPermalink ? { guid: shortHash(guid) } : {}),
      ...(url ? { url: shortHash(url) } : {}),
      ...(title ? { title: halfHash(hash64('title', title)) } : {}),
      ...(published && titleDate === all.titleDate ? { date: halfHash(hash64('date', published)) } : {}),
    },
    legacy: {
      text: shortHash(contentHash),
      ...(original === entry ? {} : { original: textHashOf(original) }),
      ...(legacyUrl && legacyUrl !== url ? { url: shortHash(legacyUrl) } : {}),
      ...(titleDate ? { titleDate: shortHash(titleDate) } : {}),
    },
  };
}

const shortHash = (hash: string) => hash.slice(0, HASH_DIGITS);

function textHashOf({ summary, content }: Entry): string {
  return summary || content ? shortHash(hash64('text', summary, content)) : '';
}

function distinct(all: readonly HashedEntry[]): HashedEntry[] {
  const first = new Map<string, HashedEntry>();
  for (const hashed of all) {
    const { guid, url, titleDate } = hashed.fullHashes;
    const key = [guid, url, titleDate ?? hashed.entry.title, guid ?? url ?? hashed.contentHash].join();
    if (!first.has(key)) first.set(key, hashed);
  }
  return [...first.values()];
}

/** Returns the hash of an address, which is the same for all its spellings. */
function urlHash(address: string): string {
  return hash64('url', canonicalUrl(address));
}

/**
 * Returns the id of a new item, derived from its feed and its address, or from other fields if the address has identified
 * another item of the feed (`urlIdentifies` is false). Retries of the poll derive the same id, even if the entry is edited in
 * the meantime.
 */
export function newItemId(
  feedId: string,
  { fullHashes: { guid, url, titleDate }, entry, contentHash }: IdentifiedEntry,
  urlIdentifies: boolean,
): string {
  if (urlIdentifies && url) return idAtUrl(feedId, url);
  if (guid) return hash64(feedId, guid);
  // The text tells items with the same title and date apart. An item without a title is identified by its date, since its text
  // may be edited.
  const distinction = titleDate ?? (entry.title === '' ? entry.published : undefined) ?? contentHash;
  return hash64(feedId, distinction, entry.title, entry.guid ?? '', entry.url ?? '');
}

const idAtUrl = (feedId: string, url: string) => itemIdAt(url, hash64(feedId, url));

/** Returns the ids that the item at an address may have. Releases up to 0.1.0 gave it the same id in all feeds. */
export function idsAtAddress(address: string, feedIds: readonly string[]): string[] {
  const url = urlHash(address);
  const legacy = hash64('url', legacyCanonicalUrl(address));
  return [...new Set([url, legacy, ...feedIds.map((feedId) => idAtUrl(feedId, url))])];
}

/** Characters, far more than are matched or shown. With these limits, any item fits a message and a record. */
const MAX_LENGTHS = { guid: 1_000, title: 1_000, summary: 20_000, content: 20_000, name: 200 };
const MAX_NAMES = 50;

export function toItem(id: string, feedId: string, { entry, contentHash }: IdentifiedEntry): Item {
  const truncateNames = (texts: readonly string[]) =>
    texts.slice(0, MAX_NAMES).map((text) => truncate(text, MAX_LENGTHS.name));
  return {
    ...entry,
    id,
    contentHash,
    feedId,
    ...(entry.guid === undefined ? {} : { guid: truncate(entry.guid, MAX_LENGTHS.guid) }),
    title: truncate(headlineOf(entry), MAX_LENGTHS.title),
    summary: truncate(entry.summary, MAX_LENGTHS.summary),
    content: truncate(entry.content, MAX_LENGTHS.content),
    authors: truncateNames(entry.authors),
    categories: truncateNames(entry.categories),
    ...(entry.context === undefined ? {} : { context: truncate(entry.context, MAX_LENGTHS.title) }),
  };
}

/** Truncates to a number of UTF-16 units, but never inside a surrogate pair: half a pair cannot be stored. */
function truncate(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed();
}
