import { canonicalUrl } from './canonical-url.ts';
import type { Identified } from './identity.ts';
import type { SeenEntry } from './seen.ts';

/** What is known of a feed besides its entries. */
export interface Habits {
  /** ms. */
  readonly now?: number;
  /** When a poll last brought news, ms. */
  readonly heardAt?: number | undefined;
  /** Documents in a row that had other names for what they said before; see `countRenames`. */
  readonly renames?: number | undefined;
}

export interface Recognised {
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
const ANOTHER_DAY_MS = 14 * 3_600_000;
const HOUR_MS = 3_600_000;
/** A feed with as many addresses at once has one for each item. */
const MIN_ADDRESSES = 3;

/** Returns the count of renamed documents after one more; undefined is none. */
export function countRenames(
  { renames = 0, now = 0, heardAt = 0 }: Habits,
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
  entries: readonly Identified[],
  newId: (entry: Identified, urlIsName: boolean) => string,
  habits: Habits,
): Recognised {
  const index = new Index(seen, entries, habits);
  const named = entries.map((entry) =>
    hasName(entry) ? index.find(entry) : index.byId(newId(entry, false)),
  );
  const isLearned = hasLearned(habits);
  const taken = new Set(named);
  const free = seen.filter((one) => !taken.has(one));
  const unknown = entries.filter(
    ({ text, names }, n) => !named[n] && (text !== '' || names.title !== undefined),
  );

  const isAloneIn = (key: (entry: Identified) => string | undefined) => {
    const groups = Map.groupBy(entries, key);
    return (entry: Identified) => key(entry) !== undefined && groups.get(key(entry))?.length === 1;
  };
  const saysWhatNoOtherDoes = isAloneIn(({ contentHash }) => contentHash);
  const byText = pair(
    unknown.filter((entry) => isLearned || saysWhatNoOtherDoes(entry)),
    free,
    ({ text, names }) => [`${text} ${names.title}`, text],
    ({ text, names, former }) => [`${text} ${names.title}`, former.text],
  );
  const isPaired = new Set(byText.values());
  const byTitle = pair(
    unknown.filter((entry) => !byText.has(entry)).filter(isAloneIn(({ names }) => names.title)),
    free.filter((one) => !isPaired.has(one)),
    ({ names }) => [names.title ?? ''],
    ({ names }) => [names.title],
  );
  const isMost = (count: number) => count > entries.length / 2;
  const isRenamed =
    isMost(byText.size) && (byText.size > 1 || isRecent(habits)) && !isNewIssue([...byText.keys()], habits);
  const known = entries.map((entry, n) => {
    if (named[n]) return named[n];
    if (isLearned) return byText.get(entry) ?? byTitle.get(entry);
    return isRenamed ? byText.get(entry) : undefined;
  });
  return { known, isRenaming: index.isReguided || isMost(byText.size + byTitle.size) };
}

/** Whether an entry says what it said when it was last seen. */
export function isUnedited(seen: SeenEntry, { text, names, former }: Identified): boolean {
  const hasText = seen.text === text || seen.text === former.original;
  return (hasText && seen.names.title === names.title) || seen.text === former.text;
}

const hasLearned = ({ renames }: Habits) => renames === MAX_RENAMES;

const hasName = ({ full }: Identified) => Object.keys(full).length > 0;

/** Pairs entries with what was seen by the keys of both, each with one of its own, in the order of both. */
function pair(
  entries: readonly Identified[],
  seen: readonly SeenEntry[],
  keysOfSeen: (seen: SeenEntry) => readonly string[],
  keysOf: (entry: Identified) => readonly (string | undefined)[],
): Map<Identified, SeenEntry> {
  const byKey = new Map<string | undefined, SeenEntry[]>();
  for (const one of seen.toReversed()) {
    for (const key of keysOfSeen(one)) {
      const like = byKey.get(key) ?? [];
      like.push(one);
      byKey.set(key, like);
    }
  }
  const pairs = new Map<Identified, SeenEntry>();
  for (const entry of entries) {
    const like = keysOf(entry)
      .map((key) => byKey.get(key)?.pop())
      .find((one) => one !== undefined);
    if (like) pairs.set(entry, like);
  }
  return pairs;
}

const isRecent = ({ now = 0, heardAt = Number.NEGATIVE_INFINITY }: Habits) => now - heardAt < ANOTHER_DAY_MS;

/**
 * Briefings under the titles of the day before: later than the feed's last news, and each with a date of its own, or with
 * an address and a date that is not the time of the request.
 */
function isNewIssue(
  entries: readonly Identified[],
  { heardAt = Number.POSITIVE_INFINITY, now = 0 }: Habits,
): boolean {
  const dates = entries.map(({ entry }) => Date.parse(entry.published ?? ''));
  const [first, last] = [Math.min(...dates), Math.max(...dates)];
  const isOfRequest = last > now - HOUR_MS || !entries.every(({ full }) => full.url);
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

  constructor(seen: readonly SeenEntry[], entries: readonly Identified[], habits: Habits) {
    this.#isRecent = isRecent(habits);
    this.#hasLearned = hasLearned(habits);
    this.#byId = new Map(seen.map((entry) => [entry.id, entry]));
    // The most recently seen come first and win.
    for (const entry of seen.toReversed()) {
      const { guid, url } = entry.names;
      if (guid) this.#byGuid.set(guid, entry);
      if (url) this.#byUrl.set(url, entry);
      const titleDate = titleDateOf(entry);
      if (titleDate) this.#byTitleDate.set(titleDate, entry);
    }
    this.#addresses = entries.filter(({ names }) => names.url).length;
    const reguided = entries.filter((entry) => this.#isReguidedEntry(entry)).length;
    this.isReguided = reguided > 1 && reguided > this.#addresses / 2;
  }

  byId(id: string): SeenEntry | undefined {
    return this.#byId.get(id);
  }

  find(entry: Identified): SeenEntry | undefined {
    const { names, former } = entry;
    const byGuid = this.#byGuid.get(names.guid ?? '');
    if (byGuid) return byGuid;
    const byUrl = this.#byUrl.get(names.url ?? '') ?? this.#byUrl.get(former.url ?? '');
    if (byUrl && this.#confirms(byUrl, entry)) return byUrl;
    return this.#byTitleDate.get(titleDateOf(entry) ?? '') ?? this.#byTitleDate.get(former.titleDate ?? '');
  }

  /**
   * Whether an entry at a known address is the item that had it before. Warnings, releases and comments may follow one
   * another at one address; an edited article keeps its guid, or something of its title, date and text.
   */
  #confirms(seen: SeenEntry, entry: Identified): boolean {
    const { text, names, isPermalink } = entry;
    const { url, guid, title, date } = names;
    const hasTitle = title !== undefined && seen.names.title === title;
    const hasDate = date !== undefined && seen.names.date === date;
    const hasText = text !== '' && seen.text === text;
    if (isUnedited(seen, entry) || hasTitleDate(seen, entry)) return true;
    if (guid !== undefined && seen.names.guid !== undefined) {
      return this.isReguided || (hasTitle && date === undefined && seen.names.date === undefined);
    }
    if (hasDate || hasText) return true;
    // Live pages change all of their text at once, and their date, in feeds that have no guids.
    const isOwn = isPermalink || (this.#addresses >= MIN_ADDRESSES && !isFrontPage(entry));
    // "Storm warning" of another day.
    if (hasTitle) return isOwn || date === undefined || this.#isRecent;
    // Releases up to 0.1.0 left fragments out.
    return isOwn && (seen.names.url === url || !addressOf(entry).includes('#'));
  }

  /** At the address that it had, with the title or the date that it had, and with a guid that nobody had. */
  #isReguidedEntry({ names: { guid, url, title, date } }: Identified): boolean {
    const seen = this.#byUrl.get(url ?? '');
    if (!seen?.names.guid || !guid || this.#byGuid.has(guid)) return false;
    if (date !== undefined && seen.names.date === date) return true;
    // The same alarm at the same address on another day is another one.
    const isSoon = this.#isRecent || this.#hasLearned || date === undefined;
    return isSoon && title !== undefined && seen.names.title === title;
  }
}

const addressOf = ({ entry }: Identified) => canonicalUrl(entry.url ?? '');
const isFrontPage = (entry: Identified) => !/[/?#]/.test(addressOf(entry));

const titleDateOf = ({ names: { title, date } }: Pick<Identified, 'names'>) => title && date && title + date;

const hasTitleDate = (seen: SeenEntry, { names, former }: Identified) =>
  [titleDateOf({ names }), former.titleDate].some((one) => one && one === titleDateOf(seen));
