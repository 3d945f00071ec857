import type { Story } from '../shared/store/stories.ts';
import type { SignupDeps } from './deps.ts';
import { kept } from './kept.ts';

const READ_STORIES = 10;

/** Returns a function that returns the latest stories of a topic, latest first. Reads each topic once a minute at most. */
export function recentStories({ clock, latestStories }: Pick<SignupDeps, 'clock' | 'latestStories'>) {
  const reads = kept(clock, (topicId) => latestStories(topicId, READ_STORIES));
  return async (topicId: string, limit: number): Promise<readonly Story[]> =>
    (await reads.get(topicId)).slice(0, limit);
}
