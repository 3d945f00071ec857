import { hash64 } from './hash.ts';
import type { Hit } from './messages.ts';
import type { Item } from './model.ts';
import { truncate } from './text/truncate.ts';

const MAX_FEED_TITLE = 200;
const MAX_TITLE = 500;
const MAX_SUMMARY = 600;
/**
 * Maximum address length in characters. Longer addresses are dropped: browsers may refuse them, and truncated ones do
 * not work.
 */
const MAX_URL = 2_000;

/** Some feeds number the edits of an article in its guid: …/abc#0 becomes …/abc#1. */
const EDIT_COUNT = /#\d{1,2}$/;
const guidHashOf = (guid: string) => hash64(guid.replace(EDIT_COUNT, '')).slice(0, 8);

/** Returns the parts of an item that notify needs, truncated, because feeds may send texts of any size. */
export function hitItemOf(item: Omit<Item, 'feedId' | 'authors' | 'categories'>): Hit['item'] {
  const { id, contentHash, title, rubric, summary, content, context, url, guid, published, updated } = item;
  return {
    id,
    contentHash,
    title: truncate(title, MAX_TITLE),
    ...(rubric && rubric.length <= MAX_TITLE ? { rubric } : {}),
    summary: truncate(summary || content, MAX_SUMMARY),
    ...(context === undefined ? {} : { context: truncate(context, MAX_TITLE) }),
    ...(url && url.length <= MAX_URL ? { url } : {}),
    ...(guid && url && guid !== url ? { guidHash: guidHashOf(guid) } : {}),
    ...(published ? { published } : {}),
    ...(updated ? { updated } : {}),
  };
}

/** Returns the title of a feed as hits have it. */
export const hitFeedTitle = (title: string): string => truncate(title, MAX_FEED_TITLE);
