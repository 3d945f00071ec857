import type { FeedState } from '../shared/store/feed-states.ts';
import type { Identified } from './identity.ts';
import { type Change, knownTexts, type SeenEntry } from './seen.ts';

/** Fewer can be news that came late. */
const LEAST = 5;
/** By which something that was there already may have been late in a feed. */
const LATE_MS = 3_600_000;
/** What is dated at midnight may be of any time of that day. */
const DAY_MS = 86_400_000;

/**
 * The entries that are new by their names, but not as news, where they are more than half of a document: those of a feed
 * that has moved to another system, which gave every article another guid and address. Each is from before the feed's
 * last news, or has a text that the feed has shown before.
 */
export function migratedIds(
  state: Pick<FeedState, 'heardAt' | 'lastItemAt'>,
  seen: readonly SeenEntry[],
  {
    changes,
    entries,
  }: { readonly changes: readonly Change<Identified>[]; readonly entries: readonly Identified[] },
): ReadonlySet<string> {
  const texts = knownTexts(seen);
  const shown = Map.groupBy(entries, ({ contentHash }) => contentHash);
  // "Service degraded" twice is news, twice.
  const isKnown = ({ contentHash }: Identified) =>
    texts.has(contentHash) && shown.get(contentHash)?.length === 1;
  const newest = Date.parse(state.lastItemAt ?? '') || Number.POSITIVE_INFINITY;
  const heardAt = state.heardAt ?? 0;
  const isOlder = ({ published = '' }: Identified['entry'], by: number) => {
    const time = Date.parse(published);
    return time <= newest && (time % DAY_MS === 0 ? time + DAY_MS : time) < heardAt - by;
  };
  const moved = changes.filter(
    ({ change, entry }) => change === 'new' && (isOlder(entry.entry, LATE_MS) || isKnown(entry)),
  );
  const isMigration =
    moved.length >= LEAST &&
    moved.length > entries.length / 2 &&
    // A feed that is asked seldom, and dates its news some hours back, has given nothing another name.
    (moved.some(({ entry }) => isKnown(entry)) || moved.every(({ entry }) => isOlder(entry.entry, DAY_MS)));
  return new Set(isMigration ? moved.map(({ id }) => id) : []);
}
