import type { Item } from '../shared/model.ts';
import { type StreamWords, streamWords } from '../shared/store/stream-words.ts';
import type { Table } from '../shared/store/table.ts';
import { allTerms } from '../shared/text/all-terms.ts';
import { WordCounts } from '../shared/word-counts.ts';

/** Characters. Notify reads no more of an item. */
const MAX_TITLE = 500;
const MAX_SUMMARY = 600;

/**
 * A write needs at least this many pending items, and at least this share of the items in the table: writes are frequent at
 * first, then rare.
 */
const MIN_PENDING = 50;
const PENDING_SHARE = 1 / 8;

/**
 * Counts the words of new items in this process, and adds the counts to the table now and then. Includes function words,
 * whose counts nobody reads.
 */
export type CountWords = (items: readonly Item[]) => Promise<void>;

/** Pending counts are lost when the process ends. The counts are estimates, so this does no harm. */
export function countWords(words: StreamWords): CountWords {
  let pending = new WordCounts();
  let stored = 0;
  return async (items) => {
    for (const item of items) pending.add(wordsOfItem(item));
    if (pending.items < Math.max(MIN_PENDING, stored * PENDING_SHARE)) return;
    const counted = pending;
    // Reset before the write, because another poll of this process may count meanwhile.
    pending = new WordCounts();
    const all = await words.add(counted);
    stored = all?.items ?? stored;
  };
}

/** Returns the distinct words by which an item is counted. */
export function wordsOfItem({
  title,
  summary,
  content,
}: Pick<Item, 'title' | 'summary' | 'content'>): ReadonlySet<string> {
  const texts = [title.slice(0, MAX_TITLE), (summary || content).slice(0, MAX_SUMMARY)];
  return new Set(texts.flatMap((text) => allTerms(text).map((term) => term.text)));
}

/** Counts the words of new items in a table. */
export function countWordsInTable(table: Table): CountWords {
  return countWords(streamWords(table));
}
