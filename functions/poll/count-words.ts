import type { Item } from '../shared/model.ts';
import type { StreamWords } from '../shared/store/stream-words.ts';
import { allTerms } from '../shared/text/all-terms.ts';
import { WordCounts } from '../shared/word-counts.ts';

/** As far as notify reads an item. */
const MAX_TITLE = 500;
const MAX_SUMMARY = 600;

/** Written once this many items wait, or an eighth of those that the table has: often at first, then seldom. */
const MIN_PENDING = 50;
const PENDING_SHARE = 1 / 8;

/**
 * Counts the words of new items in this process, and adds them to those of the table now and then. Small words count
 * as well: nobody asks for them, and the lists would make poll's bundle larger.
 */
export type CountWords = (items: readonly Item[]) => Promise<void>;

/** What waits when the process ends is lost, which the counts can bear. */
export function countWords(words: StreamWords): CountWords {
  let waiting = new WordCounts();
  let known = 0;
  return async (items) => {
    for (const { title, summary, content } of items) {
      const said = [title.slice(0, MAX_TITLE), (summary || content).slice(0, MAX_SUMMARY)];
      waiting.add(new Set(said.flatMap((text) => allTerms(text).map((term) => term.text))));
    }
    if (waiting.items < Math.max(MIN_PENDING, known * PENDING_SHARE)) return;
    const counted = waiting;
    // Taken out first: another poll of this process may count meanwhile.
    waiting = new WordCounts();
    const all = await words.add(counted);
    known = all?.items ?? known;
  };
}
