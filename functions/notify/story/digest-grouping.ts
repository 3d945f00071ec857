import type { AlertEntry } from '../../shared/model.ts';
import { clusterAll } from './cluster.ts';
import { STORY_WINDOW_MS } from './find-story.ts';
import { MIN_STREAM_OTHERS } from './likelihood.ts';
import { outletOf } from './outlets.ts';
import { signatureOf } from './signature.ts';
import type { TermCounts } from './term-table.ts';

/**
 * Groups the stories of a digest once more, now that all are known: the same news in other words may have opened a story of
 * its own. Returns a function that sets an entry's `shownWith` to the story it belongs with.
 */
export function digestGrouping(
  entries: readonly AlertEntry[],
  counts: TermCounts,
): (entry: AlertEntry) => AlertEntry {
  const firstEntries = [
    ...new Map(entries.toReversed().map((entry) => [entry.storyId, entry])).values(),
  ].reverse();
  const members = firstEntries.map((entry) => ({
    signature: signatureOf({ ...entry, outlet: outletOf(entry.url, entry.feed) }),
    at: entry.foundAt === undefined ? undefined : Date.parse(entry.foundAt),
  }));
  const clusters = clusterAll(members, counts, STORY_WINDOW_MS, MIN_STREAM_OTHERS);
  const shownWithOf = new Map(
    firstEntries.map(({ storyId }, n) => [storyId, firstEntries[clusters[n] ?? n]?.storyId]),
  );
  return (entry) => {
    const shownWith = shownWithOf.get(entry.storyId);
    return shownWith === undefined || shownWith === entry.storyId ? entry : { ...entry, shownWith };
  };
}
