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
  /** The hash of the text before secrets were removed. Feed states of earlier releases may hold it. */
  readonly originalTextHash: string;
  /** Hashes as feed states of releases up to 0.1.0 hold them. */
  readonly legacyText: string;
  readonly legacyUrl: string | undefined;
  readonly legacyTitleDate: string | undefined;
  /** Full hashes, from which new ids are derived. */
  readonly fullHashes: { readonly guid?: string; readonly url?: string; readonly titleDate?: string };
  readonly entry: Entry;
}

/** Hashes and keys that depend on one entry alone, not on the other entries of its document. */
interface Hashes {
  /** Two entries with a common key share an identifier. `titleDate` is not hashed. */
  readonly keys: { readonly guid?: string; readonly url?: string; readonly titleDate?: string };
  readonly isPermalink: boolean;
  readonly textHash: string;
  readonly title: string | undefined;
  readonly date: string | undefined;
  readonly contentHash: () => string;
}

interface Candidate extends Hashes {
  readonly entry: Entry;
  readonly original: Entry;
}

/** Fingerprints the entries of a document, without duplicates. `originals` are the entries with their secrets. */
export function identify(entries: readonly Entry[], originals = entries): IdentifiedEntry[] {
  const all = distinct(
    entries.map((entry, n) => ({ entry, original: originals[n] ?? entry, ...hashesOf(entry) })),
  );
  const counts = new Map<string, number>();
  for (const { keys } of all) {
    for (const key of Object.values(keys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return all.map((candidate) => new Fingerprinted(candidate, (key) => counts.get(key) === 1));
}

/** The parser returns the entries that it knows as they were. */
const known = new WeakMap<Entry, Hashes>();

function hashesOf(entry: Entry): Hashes {
  const before = known.get(entry);
  if (before) return before;
  const { guid, url, title, summary, content, published } = entry;
  const canonical = url ? canonicalUrl(url) : undefined;
  const hashes: Hashes = {
    keys: {
      ...(guid ? { guid: hash64('guid', guid) } : {}),
      ...(canonical === undefined ? {} : { url: hash64('url', canonical) }),
      ...(title && published ? { titleDate: `${title}\0${published}` } : {}),
    },
    isPermalink: guid !== undefined && isSpelling(entry, canonical),
    textHash: textHashOf(entry),
    title: title ? halfHash(hash64('title', title)) : undefined,
    date: published ? halfHash(hash64('date', published)) : undefined,
    contentHash: once(() => hash64(title, summary, content)),
  };
  known.set(entry, hashes);
  return hashes;
}

/** Computes the hashes that few entries need on demand: a poll finds most entries as they were. */
class Fingerprinted implements IdentifiedEntry {
  readonly entry: Entry;
  readonly isPermalink: boolean;
  readonly textHash: string;
  readonly fingerprint: Fingerprint;
  readonly #candidate: Candidate;
  /** The parts of the candidate's keys that no other entry of the document has. */
  readonly #unique: Candidate['keys'];

  constructor(candidate: Candidate, isUnique: (key: string) => boolean) {
    const { entry, keys, title, date } = candidate;
    const uniqueKey = (key: string | undefined) => (key !== undefined && isUnique(key) ? key : undefined);
    const [guid, url, titleDate] = [uniqueKey(keys.guid), uniqueKey(keys.url), uniqueKey(keys.titleDate)];
    this.entry = entry;
    this.isPermalink = url !== undefined && candidate.isPermalink;
    this.textHash = candidate.textHash;
    this.fingerprint = {
      ...(guid && !this.isPermalink ? { guid: shortHash(guid) } : {}),
      ...(url ? { url: shortHash(url) } : {}),
      ...(title ? { title } : {}),
      ...(date && titleDate === keys.titleDate ? { date } : {}),
    };
    this.#candidate = candidate;
    this.#unique = {
      ...(guid ? { guid } : {}),
      ...(url ? { url } : {}),
      ...(titleDate ? { titleDate } : {}),
    };
  }

  get contentHash(): string {
    return this.#candidate.contentHash();
  }

  get fullHashes(): IdentifiedEntry['fullHashes'] {
    const { titleDate, ...hashes } = this.#unique;
    return titleDate ? { ...hashes, titleDate: hash64('title', titleDate) } : hashes;
  }

  get legacyText(): string {
    return shortHash(this.contentHash);
  }

  get originalTextHash(): string {
    const { entry, original } = this.#candidate;
    return original === entry ? this.textHash : textHashOf(original);
  }

  get legacyUrl(): string | undefined {
    const { url } = this.#unique;
    return url && shortHash(hash64('url', legacyCanonicalUrl(this.entry.url ?? '')));
  }

  get legacyTitleDate(): string | undefined {
    const { titleDate } = this.#unique;
    return titleDate && shortHash(hash64('title', titleDate));
  }
}

function isSpelling({ guid, url }: Entry, canonical: string | undefined): boolean {
  return guid === url || (guid !== undefined && canonicalUrl(guid) === canonical);
}

function once<Value>(compute: () => Value): () => Value {
  let value: { readonly computed: Value } | undefined;
  return () => {
    value ??= { computed: compute() };
    return value.computed;
  };
}

const shortHash = (hash: string) => hash.slice(0, HASH_DIGITS);
const halfHash = (hash: string) => hash.slice(0, HALF_HASH_DIGITS);

function textHashOf({ summary, content }: Entry): string {
  return summary || content ? shortHash(hash64('text', summary, content)) : '';
}

function distinct(all: readonly Candidate[]): Candidate[] {
  const first = new Map<string, Candidate>();
  for (const candidate of all) {
    const { guid, url, titleDate } = candidate.keys;
    const rest = guid ?? url ?? candidate.contentHash();
    const key = [guid, url, titleDate ?? candidate.entry.title, rest].join();
    if (!first.has(key)) first.set(key, candidate);
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
