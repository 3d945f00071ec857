import { HALF_DIGITS, type Identified, NAME_DIGITS, type Names } from './identity.ts';
import { type Habits, isUnedited, recognise } from './recognise.ts';

/**
 * The seen set of a feed: what is needed to tell new, edited and known entries apart without reading any item.
 * Packed, an entry is 32 bytes: id (8), hashes of its text (6), guid (6), address (6), title (3) and date (3), zeros for
 * what it does not have. So a feed of 30 items costs 3 KB of its record. Title and date name an entry together: at 48 bits
 * a name of a 1,000-item feed collides by chance once in 10^8 polls.
 *
 * Entries of releases up to 0.1.0 have a hash of title, summary and content as their text, and one of title and date
 * together in place of the two. `recognise` compares with both forms; an entry gets the new form when it is seen again.
 */
export interface SeenEntry {
  readonly id: string;
  readonly text: string;
  readonly names: Names;
}

const ENTRY_DIGITS = 64;
/** Hex digits of each part, in the order in which they are packed. */
const DIGITS = {
  id: 16,
  text: NAME_DIGITS,
  guid: NAME_DIGITS,
  url: NAME_DIGITS,
  title: HALF_DIGITS,
  date: HALF_DIGITS,
};
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
  /** The items of the document in its order; `at` is their place in what was seen before. */
  readonly shown: readonly { readonly entry: Entry; readonly id: string; readonly at: number | undefined }[];
  readonly next: readonly SeenEntry[];
  /** `next` says nothing that `seen` did not: the document's entries are those of the last one, in whatever order. */
  readonly same: boolean;
  /** Most entries have other names than before, and say the same. */
  readonly isRenaming: boolean;
}

/** Compares a document with what has been seen. `newId` names an entry that has not been. */
export function diff(
  seen: readonly SeenEntry[],
  entries: readonly Identified[],
  newId: (entry: Identified, urlIsName: boolean) => string,
  habits: Habits = {},
): Diff<Identified> {
  const { known, isRenaming } = recognise(seen, entries, newId, habits);
  const places = new Map(seen.map(({ id }, at) => [id, at]));
  const urls = new Set(seen.map(({ names }) => names.url));
  const ids = new Set<string>();
  const changes: Change<Identified>[] = [];
  const shown: Diff<Identified>['shown'][number][] = [];
  const current: SeenEntry[] = [];
  for (const [n, entry] of entries.entries()) {
    const before = known[n];
    const { text, names } = entry;
    const urlIsFree = () => !urls.has(names.url) && !places.has(newId(entry, true));
    const id = before?.id ?? newId(entry, urlIsFree());
    // Two entries can be known by different names of one item.
    if (ids.has(id)) continue;
    ids.add(id);
    shown.push({ entry, id, at: places.get(id) });
    const { title: _title, ...kept } = before?.names ?? {};
    current.push({ id, text, names: { ...kept, ...names } });
    if (!before) changes.push({ entry, change: 'new', id });
    else if (!isUnedited(before, entry)) changes.push({ entry, change: 'edited', id });
  }
  const gone = seen.filter(({ id }) => !ids.has(id));
  // Never fewer than before: a feed that shows nothing for once must not bring all of its items as new.
  const kept = Math.max(current.length + REMEMBERED, current.length * 2, seen.length);
  const next = [...current, ...gone].slice(0, kept);
  return { changes, shown, next, same: areFirstOf(seen, current), isRenaming };
}

/** What has left the feed must be remembered in the order in which it left: only those before it may change places. */
function areFirstOf(seen: readonly SeenEntry[], current: readonly SeenEntry[]): boolean {
  const before = new Set(seen.slice(0, current.length).map(packed));
  return before.size === current.length && current.every((entry) => before.has(packed(entry)));
}

export function pack(entries: readonly SeenEntry[]): Uint8Array {
  return Buffer.from(entries.map(packed).join(''), 'hex');
}

function packed({ id, text, names }: SeenEntry): string {
  const parts: Readonly<Record<string, string | undefined>> = { id, text, ...names };
  return Object.entries(DIGITS)
    .map(([part, digits]) => (parts[part] || '').padEnd(digits, '0'))
    .join('');
}

export function unpack(packed: Uint8Array): SeenEntry[] {
  const hex = Buffer.from(packed).toString('hex');
  const entries: SeenEntry[] = [];
  for (let at = 0; at + ENTRY_DIGITS <= hex.length; at += ENTRY_DIGITS) {
    let from = at;
    const parts = Object.entries(DIGITS).map(([part, digits]) => {
      const value = hex.slice(from, from + digits);
      from += digits;
      return [part, /^0+$/.test(value) ? '' : value] as const;
    });
    const { id = '', text = '', ...names } = Object.fromEntries(parts);
    entries.push({
      id,
      text,
      names: Object.fromEntries(Object.entries(names).filter(([, name]) => name !== '')),
    });
  }
  return entries;
}
