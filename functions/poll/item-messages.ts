import { hostTitle } from '../shared/host-title.ts';
import type { ItemsFound } from '../shared/messages.ts';
import type { Feed, Item, NotifyMode } from '../shared/model.ts';

/** Returns the mode for an item of a feed's first poll: one welcome digest for recent items, silence for older ones. */
export function firstPollMode({ published }: Item, now: number, firstPollMs: number): NotifyMode {
  if (published === undefined) return 'welcome';
  return Date.parse(published) >= now - firstPollMs ? 'welcome' : 'silent';
}

/** Well below SQS's 1 MiB, so that a batch of ten messages is rarely split. */
const MAX_MESSAGE_BYTES = 100_000;

/** Returns messages for the items queue; none if there are no items. */
export function itemMessages(
  feed: Feed,
  found: Pick<ItemsFound, 'tickAt' | 'polledAt' | 'revision'>,
  items: ItemsFound['items'],
) {
  const chunks: ItemsFound['items'][number][][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (chunks.length === 0 || bytes + size > MAX_MESSAGE_BYTES) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(item);
    bytes += size;
  }
  const total = chunks.length > 1 ? { total: items.length } : {};
  return chunks.map((chunk) => ({
    body: {
      v: 2 as const,
      ...found,
      ...total,
      feed: {
        id: feed.id,
        title: feed.title,
        url: `${new URL(feed.url).origin}/`,
        ...(feed.untitled ? { titleInFile: hostTitle(feed.url) } : {}),
      },
      items: chunk,
    },
  }));
}
