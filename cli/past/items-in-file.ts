import type { FeedReference } from '../../functions/shared/messages.ts';
import type { FoundItem } from '../../local/past/past.ts';
import { type ItemLine, readItemLines } from '../shared/item-lines.ts';

/** Items of a file, and their feeds by id. */
export interface ItemsInFile {
  readonly items: readonly FoundItem[];
  readonly feeds: ReadonlyMap<string, FeedReference>;
  /** The error about lines without a valid item, if there are any. */
  readonly fault: unknown;
}

/**
 * Reads items as JSON lines. An item without a valid date has the date of the item before it, or `now`, ms.
 * @throws NewsAlertsError when the file cannot be read or has no valid item
 */
export async function itemsInFile(file: string, now: number): Promise<ItemsInFile> {
  const items: FoundItem[] = [];
  const feeds = new Map<string, FeedReference>();
  let fault: unknown;
  try {
    for await (const line of readItemLines(file)) {
      const feed = feedOf(line);
      feeds.set(feed.id, feed);
      items.push(toFoundItem(line, feed.id, items.at(-1)?.foundAt ?? now));
    }
  } catch (error) {
    if (items.length === 0) throw error;
    fault = error;
  }
  return { items, feeds, fault };
}

function feedOf({ source }: ItemLine): FeedReference {
  const { id, title, url } = source ?? {};
  return { id: id ?? title ?? '', title: title ?? id ?? '', ...(url ? { url } : {}) };
}

function toFoundItem(line: ItemLine, feedId: string, before: number): FoundItem {
  const { id, title, summary, content, context, language, url, categories, authors, published } = line;
  const at = Date.parse(published ?? '');
  return {
    id: String(id),
    feedId,
    title,
    summary: summary ?? '',
    content: content ?? '',
    categories: categories ?? [],
    authors: authors ?? [],
    ...(context ? { context } : {}),
    ...(language ? { language: language.toLowerCase() } : {}),
    ...(url ? { url } : {}),
    foundAt: Number.isNaN(at) ? before : at,
  };
}
