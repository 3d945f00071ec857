import type { AlertEntry, Clock } from '../shared/model.ts';
import type { Stories } from '../shared/store/stories.ts';
import { STORY_WINDOW_MS } from './story.ts';

/** As many as an alert shows. */
const MOST = 20;

/** The titles of the feeds that tell each story which was opened since, by the story's id. */
export async function sourcesSince(
  stories: Pick<Stories, 'since'>,
  topicId: string,
  time: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = await stories.since(topicId, time);
  return new Map(read.stories.map(({ id, sources }) => [id, sources]));
}

/** What waits for a daily digest was told a day ago, of a story that may have been opened long before. */
const DIGEST_REACH_MS = STORY_WINDOW_MS + 86_400_000;

/** Entries of a digest with who else has told their stories by now. */
export async function sourcesForDigest(
  { stories, clock }: { readonly stories: Pick<Stories, 'since'>; readonly clock: Clock },
  topicId: string,
): Promise<(entry: AlertEntry) => AlertEntry> {
  const known = await sourcesSince(stories, topicId, clock() - DIGEST_REACH_MS);
  return (entry) => withSources(entry, known.get(entry.storyId) ?? []);
}

export function withSources(entry: AlertEntry, sources: readonly string[]): AlertEntry {
  const others = sources.filter((source) => source !== entry.feed).slice(0, MOST);
  return others.length === 0 ? entry : { ...entry, sources: others };
}
