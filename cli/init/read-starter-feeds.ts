import type { httpFetch } from '../../functions/poll/fetch/http-fetch.ts';
import { parseFeed } from '../../functions/poll/parser/parse.ts';
import { inParallel } from '../../functions/shared/in-parallel.ts';
import type { StarterFeed } from './starter-feeds.ts';

const MAX_CONCURRENT_READS = 3;

/**
 * Reads each feed once. Returns the numbers of their items by address; a feed that cannot be read has none. `onRead` is called
 * after each.
 */
export async function readStarterFeeds(
  feeds: readonly StarterFeed[],
  fetch: ReturnType<typeof httpFetch>,
  onRead: (feed: StarterFeed, items: number) => void,
): Promise<Map<string, number>> {
  const items = new Map<string, number>();
  await inParallel(feeds, MAX_CONCURRENT_READS, async (feed) => {
    const fetched = await fetch({ url: feed.url });
    const parsed =
      fetched.kind === 'document'
        ? await parseFeed(fetched.bytes, { ...fetched, now: Date.now() })
        : undefined;
    const found = parsed?.ok === true ? parsed.feed.entries.length : 0;
    items.set(feed.url, found);
    onRead(feed, found);
  });
  return items;
}
