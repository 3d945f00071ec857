import type { Feed, FeedName } from '../../functions/shared/model.ts';
import { hostTitle } from '../../functions/shared/source.ts';
import { feedStates } from '../../functions/shared/store/feed-states.ts';
import type { Table } from '../../functions/shared/store/table.ts';

/** Returns feeds as queries know them: those without a title in the file also by that of their documents. */
export function titledFeeds(table: Table, feeds: readonly Feed[]): Promise<(Feed & FeedName)[]> {
  const states = feedStates(table);
  return Promise.all(
    feeds.map(async (feed) => {
      const { title } = feed.untitled ? await states.get(feed.id) : feed;
      return title === undefined || !feed.untitled
        ? feed
        : { ...feed, title, titleInFile: hostTitle(feed.url) };
    }),
  );
}
