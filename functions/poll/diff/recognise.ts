import { canonicalUrl } from './canonical-url.ts';
import type { IdentifiedEntry } from './identity.ts';
import type { SeenEntry } from './seen-set.ts';

/** The state of a feed besides its entries. */
export interface RecognitionContext {
  /** ms since the epoch. */
  readonly now?: number;
  /** When a poll last brought news, ms since the epoch. Stored as `heardAt`. */
  readonly lastActivityAt?: number | undefined;
  /** Documents in a row that gave known texts new guids or addresses; see `countRenames`. */
  readonly renames?: number | undefined;
  /** Set if the document may show only some entries. The last whole document showed this many, with what came since. */
  readonly part?: { readonly shown: number };
}

export interface RecognitionResult {
  /** The seen entry for each entry; undefined for a new one. */
  readonly known: readonly (SeenEntry | undefined)[];
  /** Most entries have new guids or addresses for the same text, or at least the same title. */
  readonly isRenaming: boolean;
}

/** After this many renamed documents in a row, the feed's guids and addresses are ignored. */
const MAX_RENAMES = 3;
/** Forecasts and briefings repeat their titles every day, or twice a day. */
const MAX_RENAME_AGE_MS = 10 * 3_600_000;
/** After this long, a repeated text is treated as new. */
const MAX_REPEAT_MS = 14 * 3_600_000;
const HOUR_MS = 3_600_000;
/** A feed with this many addresses in one document has a separate address for each item. */
const MIN_ADDRESSES = 3;

/** Returns the number of renamed documents in a row after this one; undefined for none. */
export function countRenames(
  { renames = 0, now = 0, lastActivityAt = 0 }: RecognitionContext,
  isRenaming: boolean,
): number | undefined {
  if (!isRenaming) return undefined;
  if (renames < MAX_RENAMES && now - lastActivityAt > MAX_RENAME_AGE_MS) return renames || undefined;
  return Math.min(renames + 1, MAX_RENAMES);
}

/**
 * Finds the entries of a document in the seen set: by guid, by an address that the entry's other fields confirm, or by title
 * and date. If the guids and addresses of the whole document have changed, finds entries by their text.
 */
export function recognise(
  seen: readonly SeenEntry[],
  entries: readonly IdentifiedEntry[],
  newId: (entry: IdentifiedEntry, urlIdentifies: boolean) => string,
  context: RecognitionContext,
): RecognitionResult {
  if (seen.length === 0) return { known: entries.map(() => undefined), isRenaming: false };
  const index = new Index(seen, entries, context);
  const identified = entries.map((entry) =>
    hasIdentifier(entry) ? index.find(entry) : index.byId(newId(entry, false)),
  );
  const ignoresIdentifiers = isAlwaysRenaming(context);
  const matched = new Set(identified);
  const unmatched = seen.filter((entry) => !matched.has(entry));
  const unknown = entries.filter(
    ({ textHash, fingerprint }, n) => !identified[n] && (textHash !== '' || fingerprint.title !== undefined),
  );

  const isUniqueBy = (key: (entry: IdentifiedEntry) => string | undefined) => {
    let groups: Map<string | undefined, IdentifiedEntry[]> | undefined;
    return (entry: IdentifiedEntry) => {
      groups ??= Map.groupBy(entries, key);
      return key(entry) !== undefined && groups.get(key(entry))?.length === 1;
    };
  };
  const hasUniqueContent = isUniqueBy(({ contentHash }) => contentHash);
  const textKeysOfSeen = ({ textHash, fingerprint }: SeenEntry) => [
    `${textHash} ${fingerprint.title}`,
    textHash,
  ];
  const textKeysOf = ({ textHash, fingerprint, legacyText }: IdentifiedEntry) => [
    `${textHash} ${fingerprint.title}`,
    legacyText,
  ];
  const seenTexts = new Set(unknown.length > 0 ? unmatched.flatMap(textKeysOfSeen) : []);
  const byText = pair(
    unknown
      // Most new entries have a new text, and then the contents of all entries need no hashes.
      .filter((entry) => textKeysOf(entry).some((key) => seenTexts.has(key)))
      .filter((entry) => ignoresIdentifiers || hasUniqueContent(entry)),
    unmatched,
    textKeysOfSeen,
    textKeysOf,
  );
  const paired = new Set(byText.values());
  const byTitle = pair(
    unknown.filter((entry) => !byText.has(entry)).filter(isUniqueBy(({ fingerprint }) => fingerprint.title)),
    unmatched.filter((entry) => !paired.has(entry)),
    ({ fingerprint }) => [fingerprint.title ?? ''],
    ({ fingerprint }) => [fingerprint.title],
  );
  const isMost = (count: number) => count > entries.length / 2;
  const isRenamed =
    isMost(byText.size) &&
    (byText.size > 1 || isRecent(context)) &&
    !isNewEdition([...byText.keys()], context);
  const known = entries.map((entry, n) => {
    if (identified[n]) return identified[n];
    if (ignoresIdentifiers) return byText.get(entry) ?? byTitle.get(entry);
    return isRenamed ? byText.get(entry) : undefined;
  });
  return { known, isRenaming: index.isReguided || isMost(byText.size + byTitle.size) };
}

/** Returns whether an entry has the same title and text as when it was last seen. */
export function isUnedited(seen: SeenEntry, entry: IdentifiedEntry): boolean {
  const hasText = seen.textHash === entry.textHash || seen.textHash === entry.originalTextHash;
  return (
    (hasText && seen.fingerprint.title === entry.fingerprint.title) || seen.textHash === entry.legacyText
  );
}

const isAlwaysRenaming = ({ renames }: RecognitionContext) => renames === MAX_RENAMES;

const hasIdentifier = (entry: IdentifiedEntry) =>
  entry.fingerprint.guid !== undefined ||
  entry.fingerprint.url !== undefined ||
  Object.keys(entry.fullHashes).length > 0;

/** Pairs entries with seen entries that share a key, one to one and in the order of both. */
function pair(
  entries: readonly IdentifiedEntry[],
  seen: readonly SeenEntry[],
  keysOfSeen: (seen: SeenEntry) => readonly string[],
  keysOf: (entry: IdentifiedEntry) => readonly (string | undefined)[],
): Map<IdentifiedEntry, SeenEntry> {
  if (entries.length === 0) return new Map();
  const byKey = new Map<string | undefined, SeenEntry[]>();
  for (const entry of seen.toReversed()) {
    for (const key of keysOfSeen(entry)) {
      const candidates = byKey.get(key) ?? [];
      candidates.push(entry);
      byKey.set(key, candidates);
    }
  }
  const pairs = new Map<IdentifiedEntry, SeenEntry>();
  for (const entry of entries) {
    const match = keysOf(entry)
      .map((key) => byKey.get(key)?.pop())
      .find((candidate) => candidate !== undefined);
    if (match) pairs.set(entry, match);
  }
  return pairs;
}

const isRecent = ({ now = 0, lastActivityAt = Number.NEGATIVE_INFINITY }: RecognitionContext) =>
  now - lastActivityAt < MAX_REPEAT_MS;

/**
 * Returns whether entries, such as briefings, are a new edition under the titles of the day before. The entries of a new
 * edition are later than the feed's last news. Each has its own date, or an address and a date other than the time of the
 * request.
 */
function isNewEdition(
  entries: readonly IdentifiedEntry[],
  { lastActivityAt = Number.POSITIVE_INFINITY, now = 0 }: RecognitionContext,
): boolean {
  const dates = entries.map(({ entry }) => Date.parse(entry.published ?? ''));
  const [first, last] = [Math.min(...dates), Math.max(...dates)];
  const isRequestTime = last > now - HOUR_MS || !entries.every(({ fullHashes }) => fullHashes.url);
  return first > lastActivityAt && (last - first >= HOUR_MS || !isRequestTime);
}

class Index {
  readonly #byId: ReadonlyMap<string, SeenEntry>;
  readonly #byGuid = new Map<string, SeenEntry>();
  readonly #byUrl = new Map<string, SeenEntry>();
  readonly #byTitleDate = new Map<string, SeenEntry>();
  /** Number of entries of this document that have their own address. */
  readonly #addresses: number;
  readonly #isRecent: boolean;
  readonly #isAlwaysRenaming: boolean;
  /** Most entries have new guids at their former addresses. */
  readonly isReguided: boolean;

  constructor(seen: readonly SeenEntry[], entries: readonly IdentifiedEntry[], context: RecognitionContext) {
    this.#isRecent = isRecent(context);
    this.#isAlwaysRenaming = isAlwaysRenaming(context);
    this.#byId = new Map(seen.map((entry) => [entry.id, entry]));
    // Recent entries come first in `seen`, so the reverse order lets them win.
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
    const { fingerprint } = entry;
    const byGuid = this.#byGuid.get(fingerprint.guid ?? '');
    if (byGuid) return byGuid;
    const byUrl = this.#byUrl.get(fingerprint.url ?? '') ?? this.#byUrl.get(entry.legacyUrl ?? '');
    if (byUrl && this.#confirms(byUrl, entry)) return byUrl;
    return (
      this.#byTitleDate.get(titleDateOf(entry) ?? '') ?? this.#byTitleDate.get(entry.legacyTitleDate ?? '')
    );
  }

  /**
   * Returns whether an entry at a known address is the item that was there before. Warnings, releases and comments may follow
   * one another at one address. An edited article keeps its guid, or its title, date or text.
   */
  #confirms(seen: SeenEntry, entry: IdentifiedEntry): boolean {
    if (isUnedited(seen, entry) || hasTitleDate(seen, entry)) return true;
    const { textHash, fingerprint, isPermalink } = entry;
    const { url, guid, title, date } = fingerprint;
    const hasTitle = title !== undefined && seen.fingerprint.title === title;
    const hasDate = date !== undefined && seen.fingerprint.date === date;
    const hasText = textHash !== '' && seen.textHash === textHash;
    if (guid !== undefined && seen.fingerprint.guid !== undefined) {
      if (hasTitle && (this.isReguided || (date === undefined && seen.fingerprint.date === undefined)))
        return true;
      if (!this.isReguided) return false;
    }
    // Guids say nothing from here on: one is missing, or the feed has changed all of them.
    if (hasDate || hasText) return true;
    // In feeds without guids, live pages change their whole text and their date at once.
    const isOwnAddress = isPermalink || (this.#addresses >= MIN_ADDRESSES && !isFrontPage(entry));
    // A title such as "Storm warning" may be from another day.
    if (hasTitle) return isOwnAddress || date === undefined || this.#isRecent;
    // Releases up to 0.1.0 dropped fragments.
    return isOwnAddress && (seen.fingerprint.url === url || !addressOf(entry).includes('#'));
  }

  /** Returns whether an entry has its former address, its former title or date, and a new guid. */
  #isReguidedEntry({ fingerprint: { guid, url, title, date } }: IdentifiedEntry): boolean {
    const seen = this.#byUrl.get(url ?? '');
    if (!seen?.fingerprint.guid || !guid || this.#byGuid.has(guid)) return false;
    if (date !== undefined && seen.fingerprint.date === date) return true;
    // The same warning at the same address on another day is a new one.
    const isSoon = this.#isRecent || this.#isAlwaysRenaming || date === undefined;
    return isSoon && title !== undefined && seen.fingerprint.title === title;
  }
}

const addressOf = ({ entry }: IdentifiedEntry) => canonicalUrl(entry.url ?? '');
const isFrontPage = (entry: IdentifiedEntry) => !/[/?#]/.test(addressOf(entry));

const titleDateOf = ({ fingerprint: { title, date } }: Pick<IdentifiedEntry, 'fingerprint'>) =>
  title && date && title + date;

const hasTitleDate = (seen: SeenEntry, { fingerprint, legacyTitleDate }: IdentifiedEntry) =>
  [titleDateOf({ fingerprint }), legacyTitleDate].some((hash) => hash && hash === titleDateOf(seen));
