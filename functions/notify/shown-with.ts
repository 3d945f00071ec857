import type { AlertEntry, Topic } from '../shared/model.ts';
import { Readings } from './grouping/readings.ts';
import { settled } from './grouping/settled.ts';
import { signatureOf } from './grouping/signature.ts';
import { STORY_WINDOW_MS } from './story.ts';
import { watchedBy } from './watched.ts';

/**
 * For entries of a digest, the story that each is shown with, by its own: an item that tells the same news in other words
 * opens a story rather than be lost, and by the time of the digest all of them are known.
 */
export function shownWith(
  entries: readonly AlertEntry[],
  topics: readonly Topic[],
): (entry: AlertEntry) => AlertEntry {
  const openings = [
    ...new Map(entries.toReversed().map((entry) => [entry.storyId, entry])).values(),
  ].reverse();
  const members = openings.map((entry) => ({ signature: signatureOf(entry), ...foundAt(entry) }));
  const stories = settled(members, { window: STORY_WINDOW_MS, readings: new Readings(watchedBy(topics)) });
  const firstOf = new Map(openings.map(({ storyId }, n) => [storyId, openings[stories[n] ?? n]?.storyId]));
  return (entry) => {
    const first = firstOf.get(entry.storyId);
    return first === undefined || first === entry.storyId ? entry : { ...entry, shownWith: first };
  };
}

function foundAt({ foundAt: at }: AlertEntry): { at?: number } {
  return at === undefined ? {} : { at: Date.parse(at) };
}
