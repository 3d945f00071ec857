import type { Hit } from '../../shared/messages.ts';
import type { AlertEntry } from '../../shared/model.ts';
import type { Story } from '../../shared/store/stories.ts';
import { withSources } from '../story/story-sources.ts';

/** Returns the alert entry of a hit. Pass its `story` unless the hit is the first report. */
export function alertEntry(
  kind: AlertEntry['kind'],
  storyId: string,
  { item, feed, why, polledAt }: Hit,
  story: Pick<Story, 'sources' | 'title' | 'openedAt'> | undefined,
): AlertEntry {
  const entry = {
    kind,
    storyId,
    ...(story ? { story: { title: story.title, foundAt: story.openedAt } } : {}),
    itemId: item.id,
    title: item.title,
    summary: item.summary,
    ...(item.url ? { url: item.url } : {}),
    feed: feed.title,
    ...(item.published ? { published: item.published } : {}),
    foundAt: polledAt,
    why,
  };
  return withSources(entry, story?.sources ?? []);
}
