import type { AlertEntry, Clock, Topic } from '../../shared/model.ts';
import type { Stories } from '../../shared/store/stories.ts';
import { STORY_WINDOW_MS } from './find-story.ts';

/** As many as an alert shows. */
const MAX_SOURCES = 20;
/** Entries of older stories are listed without their other outlets. */
const MAX_STORIES_READ = 2_000;

/** The titles of the feeds that tell each story which was opened since, by the story's id. */
export async function sourcesSince(
  stories: Pick<Stories, 'since'>,
  topicId: string,
  time: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = await stories.since(topicId, time, MAX_STORIES_READ);
  return new Map(read.stories.map(({ id, sources }) => [id, sources]));
}

const DAY_MS = 86_400_000;

/** What waits for a digest was found up to a day or a week ago, of a story that may have been opened long before. */
function lookbackOf({ deliver, sms }: Topic): number {
  const isWeekly = [deliver, sms?.deliver].some((one) => one?.mode === 'weekly');
  return STORY_WINDOW_MS + (isWeekly ? 7 : 1) * DAY_MS;
}

/** Entries of a digest with who else has told their stories by now. */
export async function sourcesForDigest(
  { stories, clock }: { readonly stories: Pick<Stories, 'since'>; readonly clock: Clock },
  topic: Topic,
): Promise<(entry: AlertEntry) => AlertEntry> {
  const known = await sourcesSince(stories, topic.id, clock() - lookbackOf(topic));
  return (entry) => withSources(entry, known.get(entry.storyId) ?? []);
}

export function withSources(entry: AlertEntry, sources: readonly string[]): AlertEntry {
  const others = sources.filter((source) => source !== entry.feed).slice(0, MAX_SOURCES);
  return others.length === 0 ? entry : { ...entry, sources: others };
}
