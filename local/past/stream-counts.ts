import type { TermCounts } from '../../functions/notify/story/term-table.ts';
import { wordsOfItem } from '../../functions/poll/count-words.ts';
import { WordCounts } from '../../functions/shared/word-counts.ts';
import type { Past, PastItem } from './past.ts';

/** Items whose words are counted. More change the grouping little. */
const MAX_COUNTED = 1_500;

const cache = new WeakMap<readonly PastItem[], WordCounts>();

/**
 * Returns how common words are in a past, from a sample of its items over the whole period. Poll counts the words of new
 * items in the same way. Cached by the list of items.
 */
export function streamCounts({ items }: Past): TermCounts {
  const known = cache.get(items);
  if (known) return known;
  const counts = new WordCounts();
  const step = Math.max(1, items.length / MAX_COUNTED);
  for (let at = 0; at < items.length; at += step) {
    const item = items[Math.floor(at)];
    if (item) counts.add(wordsOfItem(item));
  }
  cache.set(items, counts);
  return counts;
}
