import type { Identified, Names } from './identity.ts';

/**
 * The seen set of a feed: what is needed to tell new, edited and known entries apart without reading any item.
 * Packed, an entry is 32 bytes: id (8), content hash (6), and six bytes of each name (zeros where it has none), so
 * that a feed of 30 items costs 3 KB of its record. At 48 bits a name of a 1,000-item feed collides by chance once in
 * 10^8 polls.
 */
export interface SeenEntry {
  readonly id: string;
  readonly content: string;
  readonly names: Names;
}

const ENTRY_BYTES = 32;
const ID_DIGITS = 16;
const HASH_DIGITS = 12;
const NONE = '0'.repeat(HASH_DIGITS);
/**
 * How many entries that have left the feed are remembered, at least: feeds bring them back. With the rest of its state, a
 * feed of 30 items stays below 3 KB: 60 would be billed as 4 at every change.
 */
const REMEMBERED = 56;

export interface Change<Entry> {
  readonly entry: Entry;
  readonly change: 'new' | 'edited';
  readonly id: string;
}

export interface Diff<Entry> {
  readonly changes: readonly Change<Entry>[];
  readonly next: readonly SeenEntry[];
  /** `next` says nothing that `seen` did not: the document's entries are those of the last one, in whatever order. */
  readonly same: boolean;
}

/** Compares a document with what has been seen. `newId` names an entry that has not been. */
export function diff<Entry extends Pick<Identified, 'names' | 'contentHash'>>(
  seen: readonly SeenEntry[],
  entries: readonly Entry[],
  newId: (entry: Entry, urlIsName: boolean) => string,
): Diff<Entry> {
  const index = new Index(seen);
  const changes: Change<Entry>[] = [];
  const current: SeenEntry[] = [];
  const ids = new Set<string>();
  for (const entry of entries) {
    const names = shorten(entry.names);
    const content = entry.contentHash.slice(0, HASH_DIGITS);
    const nameless = Object.keys(names).length === 0;
    const known = nameless ? index.get(newId(entry, false)) : index.find(names, content);
    const urlIsFree = () => !index.hasUrl(names.url) && !index.get(newId(entry, true));
    const id = known?.id ?? newId(entry, urlIsFree());
    // Two entries can be known by different names of one item.
    if (ids.has(id)) continue;
    ids.add(id);
    current.push({ id, content, names: { ...known?.names, ...names } });
    if (!known) changes.push({ entry, change: 'new', id });
    else if (known.content !== content) changes.push({ entry, change: 'edited', id });
  }
  const gone = seen.filter(({ id }) => !ids.has(id));
  // Never fewer than before: a feed that shows nothing for once must not bring all of its items as new.
  const kept = Math.max(current.length + REMEMBERED, current.length * 2, seen.length);
  return { changes, next: [...current, ...gone].slice(0, kept), same: areFirstOf(seen, current) };
}

/** What has left the feed must be remembered in the order in which it left: only those before it may change places. */
function areFirstOf(seen: readonly SeenEntry[], current: readonly SeenEntry[]): boolean {
  const before = new Set(seen.slice(0, current.length).map(packed));
  return before.size === current.length && current.every((entry) => before.has(packed(entry)));
}

class Index {
  readonly #byId: ReadonlyMap<string, SeenEntry>;
  readonly #byGuid = new Map<string, SeenEntry>();
  readonly #byUrl = new Map<string, SeenEntry>();
  readonly #byTitleDate = new Map<string, SeenEntry>();

  constructor(seen: readonly SeenEntry[]) {
    this.#byId = new Map(seen.map((entry) => [entry.id, entry]));
    // The most recently seen come first and win.
    for (const entry of seen.toReversed()) {
      if (entry.names.guid) this.#byGuid.set(entry.names.guid, entry);
      if (entry.names.url) this.#byUrl.set(entry.names.url, entry);
      if (entry.names.titleDate) this.#byTitleDate.set(entry.names.titleDate, entry);
    }
  }

  find({ guid, url, titleDate }: Names, content: string): SeenEntry | undefined {
    const byGuid = guid && this.#byGuid.get(guid);
    if (byGuid) return byGuid;
    const byUrl = url && this.#byUrl.get(url);
    if (byUrl) {
      // A known address under another guid: a feed that was re-guided, or one whose items share an address.
      const sameText = byUrl.content === content || (titleDate && byUrl.names.titleDate === titleDate);
      if (!guid || !byUrl.names.guid || sameText) return byUrl;
    }
    return titleDate ? this.#byTitleDate.get(titleDate) : undefined;
  }

  get(id: string): SeenEntry | undefined {
    return this.#byId.get(id);
  }

  hasUrl(url: string | undefined): boolean {
    return url !== undefined && this.#byUrl.has(url);
  }
}

/** The texts that one entry has had, of all that has been seen. */
export function knownTexts(seen: readonly SeenEntry[]): { has(contentHash: string): boolean } {
  const texts = Map.groupBy(seen, ({ content }) => content);
  return { has: (contentHash) => texts.get(contentHash.slice(0, HASH_DIGITS))?.length === 1 };
}

function shorten(names: Names): Names {
  return Object.fromEntries(Object.entries(names).map(([kind, name]) => [kind, name.slice(0, HASH_DIGITS)]));
}

export function pack(entries: readonly SeenEntry[]): Uint8Array {
  return Buffer.from(entries.map(packed).join(''), 'hex');
}

function packed({ id, content, names: { guid, url, titleDate } }: SeenEntry): string {
  return [id, content, guid ?? NONE, url ?? NONE, titleDate ?? NONE].join('');
}

export function unpack(packed: Uint8Array): SeenEntry[] {
  const hex = Buffer.from(packed).toString('hex');
  const entries: SeenEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES * 2 <= hex.length; at += ENTRY_BYTES * 2) {
    const hashes = Array.from({ length: 4 }, (_, n) => {
      const from = at + ID_DIGITS + n * HASH_DIGITS;
      return hex.slice(from, from + HASH_DIGITS);
    });
    const [content = NONE, guid = NONE, url = NONE, titleDate = NONE] = hashes;
    entries.push({
      id: hex.slice(at, at + ID_DIGITS),
      content,
      names: {
        ...(guid === NONE ? {} : { guid }),
        ...(url === NONE ? {} : { url }),
        ...(titleDate === NONE ? {} : { titleDate }),
      },
    });
  }
  return entries;
}
