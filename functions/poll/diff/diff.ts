import type { IdentifiedEntry } from './identity.ts';
import { isUnedited, type RecognitionContext, recognise } from './recognise.ts';
import type { SeenEntry } from './seen-set.ts';
import { packed } from './seen-set.ts';

/**
 * How many entries that have left the feed are remembered, at least: feeds bring them back. With the rest of its state, a
 * feed of 30 items stays below 3 KB: 60 would be billed as 4 at every change.
 */
const MIN_REMEMBERED = 56;

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
  readonly isUnchanged: boolean;
  /** Most entries have other names than before, and say the same. */
  readonly isRenaming: boolean;
}

/** Compares a document with what has been seen. `newId` names an entry that has not been. */
export function diff(
  seen: readonly SeenEntry[],
  entries: readonly IdentifiedEntry[],
  newId: (entry: IdentifiedEntry, urlIsName: boolean) => string,
  habits: RecognitionContext = {},
): Diff<IdentifiedEntry> {
  const { known, isRenaming } = recognise(seen, entries, newId, habits);
  const places = new Map(seen.map(({ id }, at) => [id, at]));
  const urls = new Set(seen.map(({ fingerprint }) => fingerprint.url));
  const ids = new Set<string>();
  const changes: Change<IdentifiedEntry>[] = [];
  const shown: Diff<IdentifiedEntry>['shown'][number][] = [];
  const current: SeenEntry[] = [];
  for (const [n, entry] of entries.entries()) {
    const before = known[n];
    const { textHash, fingerprint } = entry;
    const urlIsFree = () => !urls.has(fingerprint.url) && !places.has(newId(entry, true));
    const id = before?.id ?? newId(entry, urlIsFree());
    // Two entries can be known by different names of one item.
    if (ids.has(id)) continue;
    ids.add(id);
    shown.push({ entry, id, at: places.get(id) });
    const { title: _title, ...kept } = before?.fingerprint ?? {};
    current.push({ id, textHash, fingerprint: { ...kept, ...fingerprint } });
    if (!before) changes.push({ entry, change: 'new', id });
    else if (!isUnedited(before, entry)) changes.push({ entry, change: 'edited', id });
  }
  const gone = seen.filter(({ id }) => !ids.has(id));
  // Never fewer than before: a feed that shows nothing for once must not bring all of its items as new.
  const kept = Math.max(current.length + MIN_REMEMBERED, current.length * 2, seen.length);
  const next = [...current, ...gone].slice(0, kept);
  return { changes, shown, next, isUnchanged: areFirstOf(seen, current), isRenaming };
}

/** What has left the feed must be remembered in the order in which it left: only those before it may change places. */
function areFirstOf(seen: readonly SeenEntry[], current: readonly SeenEntry[]): boolean {
  const before = new Set(seen.slice(0, current.length).map(packed));
  return before.size === current.length && current.every((entry) => before.has(packed(entry)));
}
