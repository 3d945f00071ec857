import { hitFeedTitle, hitItemOf } from '../../shared/hit-item.ts';
import { inParallel } from '../../shared/in-parallel.ts';
import type { Hit } from '../../shared/messages.ts';
import { storedItems } from '../../shared/store/items.ts';
import { type FeedVersion, stories } from '../../shared/store/stories.ts';
import type { Table } from '../../shared/store/table.ts';

/** An item of a story, in one feed. */
export interface StoryMember {
  readonly feed: Hit['feed'];
  /** The latest text; the delivered headline alone if the text was never stored, as after a poll that died. */
  readonly item: Hit['item'];
  readonly isStored: boolean;
  /** Absent if notify has not recorded it yet. */
  readonly version: FeedVersion | undefined;
}

/** Returns the title of a feed; undefined if the feed is not configured any more. */
export type FeedTitle = (feedId: string) => Promise<string | undefined>;

const MAX_PARALLEL_READS = 10;

/**
 * Returns the items with these ids in all feeds, and whether everything about them is known: a feed may have been removed,
 * and an item may not be stored yet.
 */
export async function storyMembers(
  table: Table,
  topicId: string,
  itemIds: readonly string[],
  feedTitle: FeedTitle,
): Promise<{ readonly members: readonly StoryMember[]; readonly isComplete: boolean }> {
  const members: StoryMember[][] = itemIds.map(() => []);
  let isComplete = true;
  await inParallel([...itemIds.entries()], MAX_PARALLEL_READS, async ([n, id]) => {
    const [versions, stored] = await Promise.all([
      stories(table).deliveredInFeeds(topicId, id),
      storedItems(table, id),
    ]);
    // Notify records versions last, so the story may already list an item that has none.
    const shown = versions.length > 0 ? versions : stored;
    if (shown.length === 0) isComplete = false;
    for (const { feedId } of shown) {
      const version = versions.find((one) => one.feedId === feedId);
      // Earlier releases gave feeds other ids.
      const item = stored.find((one) => one.feedId === feedId) ?? stored[0];
      const title = await feedTitle(feedId);
      if (title === undefined || !item) isComplete = false;
      members[n]?.push({
        feed: { id: feedId, title: hitFeedTitle(title ?? feedId) },
        item: hitItemOf({ ...textOf(version), ...item, id }),
        isStored: item !== undefined,
        version,
      });
    }
  });
  return { members: members.flat(), isComplete };
}

/** Returns what a delivered version says about the item's text. */
const textOf = ({ title = '', contentHash = '' }: Partial<FeedVersion> = {}) => ({
  title,
  contentHash,
  summary: '',
  content: '',
});
