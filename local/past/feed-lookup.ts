import { hostTitle } from '../../functions/shared/host-title.ts';
import type { FeedReference } from '../../functions/shared/messages.ts';
import type { Feed } from '../../functions/shared/model.ts';

/**
 * Returns a function that returns the feed with an id, as queries and alerts name it. `documentTitles`: the titles of
 * feeds' documents by id, for feeds without a title in the file. A feed that is no longer in the file has its id as title.
 */
export function feedLookup(
  feeds: readonly Feed[],
  documentTitles: ReadonlyMap<string, string>,
): (id: string) => FeedReference {
  const known = new Map(feeds.map((feed) => [feed.id, feed]));
  return (id) => {
    const feed = known.get(id);
    const documentTitle = documentTitles.get(id);
    if (!feed) return { id, title: documentTitle ?? id };
    const { title, url, untitled } = feed;
    return untitled && documentTitle !== undefined
      ? { id, title: documentTitle, url, titleInFile: hostTitle(url) }
      : { id, title, url };
  };
}
