import type { MatchableItem } from '../../functions/match/text/item-text.ts';
import type { FeedReference } from '../../functions/shared/messages.ts';
import type { Item } from '../../functions/shared/model.ts';

/** An item of the past, with its feed, ready to match. */
export interface PastItem extends MatchableItem, Pick<Item, 'id' | 'rubric'> {
  readonly source: FeedReference;
  /** When the item was published or, without a plausible date, found; ms. */
  readonly at: number;
  /** When the item was found, ms. */
  readonly foundAt: number;
}

/** The items of a period. */
export interface Past {
  /** Oldest first. */
  readonly items: readonly PastItem[];
  /**
   * When polling began, ms. Items before this time are what the feeds already had; they are shown, but are no basis for
   * an estimate.
   */
  readonly from: number;
  /** Its end, ms. */
  readonly to: number;
}

/** The parts of an item that the past keeps. */
export type FoundItem = Pick<
  Item,
  | 'id'
  | 'feedId'
  | 'title'
  | 'rubric'
  | 'summary'
  | 'content'
  | 'context'
  | 'url'
  | 'published'
  | 'language'
  | 'authors'
  | 'categories'
> & {
  /** When the item was found, ms. */
  readonly foundAt: number;
};

/**
 * Returns the past of some items, up to the time `now`, ms, or to the last item if a clock was ahead. `feedOf` returns the
 * feed with an id.
 */
export function pastOf(
  found: readonly FoundItem[],
  feedOf: (id: string) => FeedReference,
  now: number,
): Past {
  const sources = new Map<string, FeedReference>();
  const sourceOf = (id: string) => {
    const source = sources.get(id) ?? feedOf(id);
    sources.set(id, source);
    return source;
  };
  const items = found
    .map(({ feedId, published, foundAt, ...item }): PastItem => {
      const publishedAt = published === undefined ? foundAt : Date.parse(published);
      return {
        ...item,
        source: sourceOf(feedId),
        foundAt,
        at: publishedAt <= foundAt ? publishedAt : foundAt,
      };
    })
    .sort((a, b) => a.at - b.at);
  const to = items.reduce((last, { foundAt }) => Math.max(last, foundAt), now);
  return { items, from: items.reduce((earliest, { foundAt }) => Math.min(earliest, foundAt), to), to };
}

/** Returns the part of a past that is not older than `since`, ms. */
export function pastSince({ items, from, to }: Past, since: number): Past {
  return { items: items.filter(({ at }) => at >= since), from: Math.max(from, since), to };
}
