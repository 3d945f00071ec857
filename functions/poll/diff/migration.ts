import type { FeedState } from '../../shared/store/feed-states.ts';
import type { Diff } from './diff.ts';
import type { IdentifiedEntry } from './identity.ts';
import type { SeenEntry } from './seen-set.ts';

/** Fewer can be news that came late. */
const MIN_MIGRATED = 5;
/** By which something that was there already may have been late in a feed. */
const LATE_MS = 3_600_000;
/** What is dated at midnight may be of any time of that day. */
const DAY_MS = 86_400_000;

/**
 * The entries that are new by their names, but not as news, where they are more than half of a document: those of a feed
 * that has moved to another system, which gave every article another guid and address. Each is from before the feed's
 * last news, or has a text that the feed has shown before; and the articles under their former names are gone.
 */
export function migratedIds(
  { lastItemAt = '', heardAt = 0, shown: shownBefore }: Pick<FeedState, 'heardAt' | 'lastItemAt' | 'shown'>,
  seen: readonly SeenEntry[],
  { changes, shown }: Pick<Diff<IdentifiedEntry>, 'changes' | 'shown'>,
): ReadonlySet<string> {
  const texts = Map.groupBy(shown, ({ entry }) => entry.contentHash);
  const seenByWords = Map.groupBy(seen, ({ textHash, fingerprint }) => `${textHash} ${fingerprint.title}`);
  const seenByText = Map.groupBy(seen, ({ textHash }) => textHash);
  const unedited = ({ textHash, fingerprint, legacy }: IdentifiedEntry) => [
    ...(seenByWords.get(`${textHash} ${fingerprint.title}`) ?? []),
    ...(seenByText.get(legacy.text) ?? []),
  ];
  // "Service degraded" twice is news, twice.
  const isKnown = (entry: IdentifiedEntry) =>
    texts.get(entry.contentHash)?.length === 1 && new Set(unedited(entry)).size === 1;
  const newest = Date.parse(lastItemAt) || Number.POSITIVE_INFINITY;
  const isOlder = ({ published = '' }: IdentifiedEntry['entry'], by: number) => {
    const time = Date.parse(published);
    return time <= newest && (time % DAY_MS === 0 ? time + DAY_MS : time) < heardAt - by;
  };
  const moved = changes.filter(
    ({ change, entry }) => change === 'new' && (isOlder(entry.entry, LATE_MS) || isKnown(entry)),
  );
  const ids = new Set(shown.map(({ id }) => id));
  const gone = seen.slice(0, shownBefore ?? shown.length).filter(({ id }) => !ids.has(id));
  const isMigration =
    moved.length >= MIN_MIGRATED &&
    moved.length > shown.length / 2 &&
    // A list that only goes further back than before still shows what it showed.
    gone.length >= moved.length / 2 &&
    // A feed that is asked seldom, and dates its news some hours back, has given nothing another name.
    (moved.some(({ entry }) => isKnown(entry)) || moved.every(({ entry }) => isOlder(entry.entry, DAY_MS)));
  return new Set(isMigration ? moved.map(({ id }) => id) : []);
}
