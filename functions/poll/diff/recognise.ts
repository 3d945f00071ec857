import { canonicalUrl } from './canonical-url.ts';
import type { IdentifiedEntry } from './identity.ts';
import type { SeenEntry } from './seen-set.ts';

/** What is known of a feed besides its entries. */
export interface RecognitionContext {
  /** ms. */
  readonly now?: number;
  /** When a poll last brought news, ms. */
  readonly heardAt?: number | undefined;
  /** Documents in a row that had other names for what they said before; see `countRenames`. */
  readonly renames?: number | undefined;
}

export interface RecognitionResult {
  /** For each entry what was seen of it, if it was. */
  readonly known: readonly (SeenEntry | undefined)[];
  /** Most entries have other names than before, and the same text, or at least the same title. */
  readonly isRenaming: boolean;
}

/** So many documents in a row are no chance: the names of the feed say nothing. */
const MAX_RENAMES = 3;
/** Forecasts and briefings have the same titles every day, or twice a day. */
const RENAMES_WITHIN_MS = 10 * 3_600_000;
/** A text that comes again after this long is another day's. */
const MAX_REPEAT_MS = 14 * 3_600_000;
const HOUR_MS = 3_600_000;
/** A feed with as many addresses at once has one for each item. */
const MIN_ADDRESSES = 3;

/** Returns the count of renamed documents after one more; undefined is none. */
export function countRenames(
  { renames = 0, now = 0, heardAt = 0 }: RecognitionContext,
  isRenaming: boolean,
): number | undefined {
  if (!isRenaming) return undefined;
  if (renames < MAX_RENAMES && now - heardAt > RENAMES_WITHIN_MS) return renames || undefined;
  return Math.min(renames + 1, MAX_RENAMES);
}

/**
 * Finds the entries of a document among those seen before: by guid, by an address that the entry itself confirms, by
 * title and date, and last, where the names of the document change as a whole, by what entries say.
 */
export function recognise(
  seen: readonly SeenEntry[],
  entries: readonly IdentifiedEntry[],
  newId: (entry: IdentifiedEntry, urlIsName: boolean) => string,
  habits: RecognitionContext,
): RecognitionResult {
  const index = new Index(seen, entries, habits);
  const named = entries.map((entry) =>
    hasName(entry) ? index.find(entry) : index.byId(newId(entry, false)),
  );
  const isLearned = hasLearned(habits);
  const taken = new Set(named);
  const free = seen.filter((one) => !taken.has(one));
  const unknown = entries.filter(
    ({ textHash, fingerprint }, n) => !named[n] && (textHash !== '' || fingerprint.title !== undefined),
  );

  const isAloneIn = (key: (entry: IdentifiedEntry) => string | undefined) => {
    const groups = Map.groupBy(entries, key);
    return (entry: IdentifiedEntry) => key(entry) !== undefined && groups.get(key(entry))?.length === 1;
  };
  const saysWhatNoOtherDoes = isAloneIn(({ contentHash }) => contentHash);
  const byText = pair(
    unknown.filter((entry) => isLearned || saysWhatNoOtherDoes(entry)),
    free,
    ({ textHash, fingerprint }) => [`${textHash} ${fingerprint.title}`, textHash],
    ({ textHash, fingerprint, legacy }) => [`${textHash} ${fingerprint.title}`, legacy.text],
  );
  const isPaired = new Set(byText.values());
  const byTitle = pair(
    unknown.filter((entry) => !byText.has(entry)).filter(isAloneIn(({ fingerprint }) => fingerprint.title)),
    free.filter((one) => !isPaired.has(one)),
    ({ fingerprint }) => [fingerprint.title ?? ''],
    ({ fingerprint }) => [fingerprint.title],
  );
  const isMost = (count: number) => count > entries.length / 2;
  const isRenamed =
    isMost(byText.size) && (byText.size > 1 || isRecent(habits)) && !isNewEdition([...byText.keys()], habits);
  const known = entries.map((entry, n) => {
    if (named[n]) return named[n];
    if (isLearned) return byText.get(entry) ?? byTitle.get(entry);
    return isRenamed ? byText.get(entry) : undefined;
  });
  return { known, isRenaming: index.isReguided || isMost(byText.size + byTitle.size) };
}

/** Whether an entry says what it said when it was last seen. */
export function isUnedited(seen: SeenEntry, { textHash, fingerprint, legacy }: IdentifiedEntry): boolean {
  const hasText = seen.textHash === textHash || seen.textHash === legacy.original;
  return (hasText && seen.fingerprint.title === fingerprint.title) || seen.textHash === legacy.text;
}

const hasLearned = ({ renames }: RecognitionContext) => renames === MAX_RENAMES;

const hasName = ({ fullHashes }: IdentifiedEntry) => Object.keys(fullHashes).length > 0;

/** Pairs entries with what was seen by the keys of both, each with one of its own, in the order of both. */
function pair(
  entries: readonly IdentifiedEntry[],
  seen: readonly SeenEntry[],
  keysOfSeen: (seen: SeenEntry) => readonly string[],
  keysOf: (entry: IdentifiedEntry) => readonly (string | undefined)[],
): Map<IdentifiedEntry, SeenEntry> {
  const byKey = new Map<string | undefined, SeenEntry[]>();
  for (const one of seen.toReversed()) {
    for (const key of keysOfSeen(one)) {
      const like = byKey.get(key) ?? [];
      like.push(one);
      byKey.set(key, like);
    }
  }
  const pairs = new Map<IdentifiedEntry, SeenEntry>();
  for (const entry of entries) {
    const like = keysOf(entry)
      .map((key) => byKey.get(key)?.pop())
      .find((one) => one !== undefined);
    if (like) pairs.set(entry, like);
  }
  return pairs;
}

const isRecent = ({ now = 0, heardAt = Number.NEGATIVE_INFINITY }: RecognitionContext) =>
  now - heardAt < MAX_REPEAT_MS;

/**
 * Briefings under the titles of the day before: later than the feed's last news, and each with a date of its own, or with
 * an address and a date that is not the time of the request.
 */
function isNewEdition(
  entries: readonly IdentifiedEntry[],
  { heardAt = Number.POSITIVE_INFINITY, now = 0 }: RecognitionContext,
): boolean {
  const dates = entries.map(({ entry }) => Date.parse(entry.published ?? ''));
  const [first, last] = [Math.min(...dates), Math.max(...dates)];
  const isOfRequest = last > now - HOUR_MS || !entries.every(({ fullHashes }) => fullHashes.url);
  return first > heardAt && (last - first >= HOUR_MS || !isOfRequest);
}

class Index {
  readonly #byId: ReadonlyMap<string, SeenEntry>;
  readonly #byGuid = new Map<string, SeenEntry>();
  readonly #byUrl = new Map<string, SeenEntry>();
  readonly #byTitleDate = new Map<string, SeenEntry>();
  /** How many entries of this document have an address of their own. */
  readonly #addresses: number;
  readonly #isRecent: boolean;
  readonly #hasLearned: boolean;
  /** Most entries have other guids at the addresses that they had. */
  readonly isReguided: boolean;

  constructor(seen: readonly SeenEntry[], entries: readonly IdentifiedEntry[], habits: RecognitionContext) {
    this.#isRecent = isRecent(habits);
    this.#hasLearned = hasLearned(habits);
    this.#byId = new Map(seen.map((entry) => [entry.id, entry]));
    // The most recently seen come first and win.
    for (const entry of seen.toReversed()) {
      const { guid, url } = entry.fingerprint;
      if (guid) this.#byGuid.set(guid, entry);
      if (url) this.#byUrl.set(url, entry);
      const titleDate = titleDateOf(entry);
      if (titleDate) this.#byTitleDate.set(titleDate, entry);
    }
    this.#addresses = entries.filter(({ fingerprint }) => fingerprint.url).length;
    const reguided = entries.filter((entry) => this.#isReguidedEntry(entry)).length;
    this.isReguided = reguided > 1 && reguided > this.#addresses / 2;
  }

  byId(id: string): SeenEntry | undefined {
    return this.#byId.get(id);
  }

  find(entry: IdentifiedEntry): SeenEntry | undefined {
    const { fingerprint, legacy } = entry;
    const byGuid = this.#byGuid.get(fingerprint.guid ?? '');
    if (byGuid) return byGuid;
    const byUrl = this.#byUrl.get(fingerprint.url ?? '') ?? this.#byUrl.get(legacy.url ?? '');
    if (byUrl && this.#confirms(byUrl, entry)) return byUrl;
    return this.#byTitleDate.get(titleDateOf(entry) ?? '') ?? this.#byTitleDate.get(legacy.titleDate ?? '');
  }

  /**
   * Whether an entry at a known address is the item that had it before. Warnings, releases and comments may follow one
   * another at one address; an edited article keeps its guid, or something of its title, date and text.
   */
  #confirms(seen: SeenEntry, entry: IdentifiedEntry): boolean {
    const { textHash, fingerprint, isPermalink } = entry;
    const { url, guid, title, date } = fingerprint;
    const hasTitle = title !== undefined && seen.fingerprint.title === title;
    const hasDate = date !== undefined && seen.fingerprint.date === date;
    const hasText = textHash !== '' && seen.textHash === textHash;
    if (isUnedited(seen, entry) || hasTitleDate(seen, entry)) return true;
    if (guid !== undefined && seen.fingerprint.guid !== undefined) {
      return this.isReguided || (hasTitle && date === undefined && seen.fingerprint.date === undefined);
    }
    if (hasDate || hasText) return true;
    // Live pages change all of their text at once, and their date, in feeds that have no guids.
    const isOwn = isPermalink || (this.#addresses >= MIN_ADDRESSES && !isFrontPage(entry));
    // "Storm warning" of another day.
    if (hasTitle) return isOwn || date === undefined || this.#isRecent;
    // Releases up to 0.1.0 left fragments out.
    return isOwn && (seen.fingerprint.url === url || !addressOf(entry).includes('#'));
  }

  /** At the address that it had, with the title or the date that it had, and with a guid that nobody had. */
  #isReguidedEntry({ fingerprint: { guid, url, title, date } }: IdentifiedEntry): boolean {
    const seen = this.#byUrl.get(url ?? '');
    if (!seen?.fingerprint.guid || !guid || this.#byGuid.has(guid)) return false;
    if (date !== undefined && seen.fingerprint.date === date) return true;
    // The same alarm at the same address on another day is another one.
    const isSoon = this.#isRecent || this.#hasLearned || date === undefined;
    return isSoon && title !== undefined && seen.fingerprint.title === title;
  }
}

const addressOf = ({ entry }: IdentifiedEntry) => canonicalUrl(entry.url ?? '');
const isFrontPage = (entry: IdentifiedEntry) => !/[/?#]/.test(addressOf(entry));

const titleDateOf = ({ fingerprint: { title, date } }: Pick<IdentifiedEntry, 'fingerprint'>) =>
  title && date && title + date;

const hasTitleDate = (seen: SeenEntry, { fingerprint, legacy }: IdentifiedEntry) =>
  [titleDateOf({ fingerprint }), legacy.titleDate].some((one) => one && one === titleDateOf(seen));
