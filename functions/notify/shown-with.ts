import type { AlertEntry } from '../shared/model.ts';
import { outletOf } from './outlets.ts';
import { clusterAll } from './story/cluster.ts';
import { STORY_WINDOW_MS } from './story/find-story.ts';
import { STREAM_OTHERS } from './story/likelihood.ts';
import { signatureOf } from './story/signature.ts';
import type { TermCounts } from './story/term-table.ts';

/**
 * Returns for each entry of a digest the story that it is shown with: news in other words may have opened a story of its
 * own, and by the time of the digest all of them are known.
 */
export function shownWith(
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
  const stories = clusterAll(members, counts, STORY_WINDOW_MS, STREAM_OTHERS);
  const firstOf = new Map(openings.map(({ storyId }, n) => [storyId, openings[stories[n] ?? n]?.storyId]));
  return (entry) => {
    const first = firstOf.get(entry.storyId);
    return first === undefined || first === entry.storyId ? entry : { ...entry, shownWith: first };
  };
}
