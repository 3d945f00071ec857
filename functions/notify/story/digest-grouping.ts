import type { AlertEntry } from '../../shared/model.ts';
import { clusterAll } from './cluster.ts';
import { STORY_WINDOW_MS } from './find-story.ts';
import { MIN_STREAM_OTHERS } from './likelihood.ts';
import { outletOf } from './outlets.ts';
import { signatureOf } from './signature.ts';
import type { TermCounts } from './term-table.ts';

/**
 * Returns for each entry of a digest the story that it is shown with: news in other words may have opened a story of its
 * own, and by the time of the digest all of them are known.
 */
export function digestGrouping(
  entries: readonly AlertEntry[],
  counts: TermCounts,
): (entry: AlertEntry) => AlertEntry {
  const openings = [
    ...new Map(entries.toReversed().map((entry) => [entry.storyId, entry])).values(),
  ].reverse();
  const members = openings.map((entry) => ({
    signature: signatureOf({ ...entry, outlet: outletOf(entry.url, entry.feed) }),
    at: entry.foundAt === undefined ? undefined : Date.parse(entry.foundAt),
  }));
  const stories = clusterAll(members, counts, STORY_WINDOW_MS, MIN_STREAM_OTHERS);
  const firstOf = new Map(openings.map(({ storyId }, n) => [storyId, openings[stories[n] ?? n]?.storyId]));
  return (entry) => {
    const first = firstOf.get(entry.storyId);
    return first === undefined || first === entry.storyId ? entry : { ...entry, shownWith: first };
  };
}
