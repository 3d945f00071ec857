import type { FeedState } from '../../shared/store/feed-states.ts';
import type { Diff } from './diff.ts';
import type { IdentifiedEntry } from './identity.ts';
import type { SeenEntry } from './seen-set.ts';

/** Entries. Fewer may be late news. */
const MIN_MIGRATED = 5;
/** Allowance for entries that appear after their own date. */
const LATE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Older entries are history anyway: see `historyOf`. */
const HISTORY_MS = 7 * DAY_MS;

/**
 * Returns the ids of old entries with new guids and addresses, if they are more than half of the document: the feed has moved
 * to another system. Each entry is older than the feed's last news or has a text that the feed has shown before, and the
 * former entries have left the feed. If neither texts nor dates are those of former entries, there must be too many entries
 * of the last week for late news: a feed that replaces its whole list may also begin to show its past.
 */
export function migratedIds(
  { lastItemAt = '', heardAt = 0, shown: shownBefore }: Pick<FeedState, 'heardAt' | 'lastItemAt' | 'shown'>,
  seen: readonly SeenEntry[],
  { changes, shown }: Pick<Diff<IdentifiedEntry>, 'changes' | 'shown'>,
): ReadonlySet<string> {
  if (seen.length === 0 || changes.filter(({ change }) => change === 'new').length < MIN_MIGRATED)
    return new Set();
  const shownByContent = Map.groupBy(shown, ({ entry }) => entry.contentHash);
  const seenByTextAndTitle = Map.groupBy(
    seen,
    ({ textHash, fingerprint }) => `${textHash} ${fingerprint.title}`,
  );
  const seenByText = Map.groupBy(seen, ({ textHash }) => textHash);
  const seenAlike = ({ textHash, fingerprint, legacyText }: IdentifiedEntry) => [
    ...(seenByTextAndTitle.get(`${textHash} ${fingerprint.title}`) ?? []),
    ...(seenByText.get(legacyText) ?? []),
  ];
  // A text that appears twice, such as "Service degraded", is news twice.
  const isKnown = (entry: IdentifiedEntry) =>
    shownByContent.get(entry.contentHash)?.length === 1 && new Set(seenAlike(entry)).size === 1;
  const newest = Date.parse(lastItemAt) || Number.POSITIVE_INFINITY;
  const isOlder = ({ published = '' }: IdentifiedEntry['entry'], by: number) => {
    const time = Date.parse(published);
    // Midnight stands for the whole day.
    return time <= newest && (time % DAY_MS === 0 ? time + DAY_MS : time) < heardAt - by;
  };
  const moved = changes.filter(
    ({ change, entry }) => change === 'new' && (isOlder(entry.entry, LATE_MS) || isKnown(entry)),
  );
  const ids = new Set(shown.map(({ id }) => id));
  const left = seen.slice(0, shownBefore ?? shown.length).filter(({ id }) => !ids.has(id));
  const formerDates = new Set(left.map(({ fingerprint }) => fingerprint.date));
  const hasFormerDate = ({ fingerprint: { date } }: IdentifiedEntry) =>
    date !== undefined && formerDates.has(date);
  const isMigration =
    moved.length >= MIN_MIGRATED &&
    moved.length > shown.length / 2 &&
    // A list that only goes further back still shows its former entries.
    left.length >= moved.length / 2 &&
    (moved.some(({ entry }) => isKnown(entry)) ||
      // A rarely polled feed that dates its news a few hours back is not a migration.
      (moved.every(({ entry }) => isOlder(entry.entry, DAY_MS)) &&
        (moved.filter(({ entry }) => hasFormerDate(entry)).length >= moved.length / 2 ||
          moved.filter(({ entry }) => !isOlder(entry.entry, HISTORY_MS)).length >= MIN_MIGRATED)));
  return new Set(isMigration ? moved.map(({ id }) => id) : []);
}
