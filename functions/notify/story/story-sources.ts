import type { AlertEntry, Clock, Topic } from '../../shared/model.ts';
import type { Stories } from '../../shared/store/stories.ts';
import { STORY_WINDOW_MS } from './find-story.ts';

/** Maximum number of sources that an alert can show. */
const MAX_SOURCES = 20;
/** Maximum number of stories to read. Entries of older stories are listed without other sources. */
const MAX_STORIES_READ = 2_000;

/** Returns the titles of the feeds that report each story opened since `time` (ms), by story id. */
async function sourcesSince(
  stories: Pick<Stories, 'since'>,
  topicId: string,
  time: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = await stories.since(topicId, time, MAX_STORIES_READ);
  return new Map(read.stories.map(({ id, sources }) => [id, sources]));
}

const DAY_MS = 86_400_000;

/**
 * Returns how far back a digest's stories may have opened, ms. A digest entry may have waited for a day or a week, and its
 * story may have opened a story window earlier.
 */
function lookbackOf({ deliver, sms }: Topic): number {
  const isWeekly = [deliver, sms?.deliver].some((schedule) => schedule?.mode === 'weekly');
  return STORY_WINDOW_MS + (isWeekly ? 7 : 1) * DAY_MS;
}

/** Returns a function that adds to a digest entry the other feeds that report its story by now. */
export async function sourcesForDigest(
  { stories, clock }: { readonly stories: Pick<Stories, 'since'>; readonly clock: Clock },
  topic: Topic,
): Promise<(entry: AlertEntry) => AlertEntry> {
  const known = await sourcesSince(stories, topic.id, clock() - lookbackOf(topic));
  return (entry) => withSources(entry, known.get(entry.storyId) ?? []);
}

/** Returns an entry with the other sources of its story. */
export function withSources(entry: AlertEntry, sources: readonly string[]): AlertEntry {
  const others = sources.filter((source) => source !== entry.feed).slice(0, MAX_SOURCES);
  return others.length === 0 ? entry : { ...entry, sources: others };
}
