import type { IdentifiedEntry } from './identity.ts';
import { isUnedited, type RecognitionContext, recognise } from './recognise.ts';
import type { SeenEntry } from './seen-set.ts';
import { packed } from './seen-set.ts';

/**
 * Minimum number of entries to remember after they have left the feed, since feeds bring entries back. With 56, the state of
 * a feed of 30 items stays below 3 KB; with 60, every change would be billed as 4 KB.
 */
const MIN_REMEMBERED = 56;

export interface Change<Entry> {
  readonly entry: Entry;
  readonly change: 'new' | 'edited';
  readonly id: string;
}

export interface Diff<Entry> {
  readonly changes: readonly Change<Entry>[];
  /** The document's entries in order. `at` is an entry's position in the former seen set, undefined for a new one. */
  readonly shown: readonly { readonly entry: Entry; readonly id: string; readonly at: number | undefined }[];
  /** The new seen set. */
  readonly next: readonly SeenEntry[];
  /** The document has the same entries as the last one, in any order, so `next` adds nothing to the former seen set. */
  readonly isUnchanged: boolean;
  /** Most entries have new guids or addresses for the same text. */
  readonly isRenaming: boolean;
}

/** Compares a document with the seen set. `newId` returns the id of a new entry. */
export function diff(
  seen: readonly SeenEntry[],
  entries: readonly IdentifiedEntry[],
  newId: (entry: IdentifiedEntry, urlIdentifies: boolean) => string,
  context: RecognitionContext = {},
): Diff<IdentifiedEntry> {
  const { known, isRenaming } = recognise(seen, entries, newId, context);
  const positions = new Map(seen.map(({ id }, at) => [id, at]));
  const urls = new Set(seen.map(({ fingerprint }) => fingerprint.url));
  const ids = new Set<string>();
  const changes: Change<IdentifiedEntry>[] = [];
  const shown: Diff<IdentifiedEntry>['shown'][number][] = [];
  const current: SeenEntry[] = [];
  for (const [n, entry] of entries.entries()) {
    const before = known[n];
    const { textHash, fingerprint } = entry;
    const idOfNew = () => {
      const idAtUrl = urls.has(fingerprint.url) ? undefined : newId(entry, true);
      return idAtUrl === undefined || positions.has(idAtUrl) ? newId(entry, false) : idAtUrl;
    };
    const id = before?.id ?? idOfNew();
    // Two entries can match different identifiers of one item.
    if (ids.has(id)) continue;
    ids.add(id);
    shown.push({ entry, id, at: positions.get(id) });
    const { title: _title, ...earlier } = before?.fingerprint ?? {};
    current.push({ id, textHash, fingerprint: { ...earlier, ...fingerprint } });
    if (!before) changes.push({ entry, change: 'new', id });
    else if (!isUnedited(before, entry)) changes.push({ entry, change: 'edited', id });
  }
  if (context.part) {
    const next = extended(seen, current, context.part.shown);
    return { changes, shown, next, isUnchanged: changes.length === 0, isRenaming };
  }
  const left = seen.filter(({ id }) => !ids.has(id));
  // Never fewer than before: after an empty document, all items of the feed would come back as new.
  const size = Math.max(current.length + MIN_REMEMBERED, current.length * 2, seen.length);
  const next = [...current, ...left].slice(0, size);
  return { changes, shown, next, isUnchanged: isStartOf(seen, current), isRenaming };
}

/**
 * Returns the seen set after a document that may show only some entries: the new ones come first, as if the whole document had
 * been read. `wholeShown`: how many entries the whole document showed.
 */
function extended(
  seen: readonly SeenEntry[],
  current: readonly SeenEntry[],
  wholeShown: number,
): SeenEntry[] {
  const byId = new Map(current.map((entry) => [entry.id, entry]));
  const positions = new Set(seen.map(({ id }) => id));
  const added = current.filter(({ id }) => !positions.has(id));
  const size = Math.max(seen.length, wholeShown + added.length + MIN_REMEMBERED);
  return [...added, ...seen.map((entry) => byId.get(entry.id) ?? entry)].slice(0, size);
}

/**
 * Returns whether the current entries, in any order, are the start of the seen set. The entries after them are in the order in
 * which they left the feed, and that order must not change.
 */
function isStartOf(seen: readonly SeenEntry[], current: readonly SeenEntry[]): boolean {
  const start = new Set(seen.slice(0, current.length).map(packed));
  return start.size === current.length && current.every((entry) => start.has(packed(entry)));
}
