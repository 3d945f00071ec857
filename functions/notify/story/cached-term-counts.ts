import type { Clock } from '../../shared/model.ts';
import type { StreamWords } from '../../shared/store/stream-words.ts';
import type { TermCounts } from './term-table.ts';

const MAX_AGE_MS = 15 * 60_000;
/** The counts of a new deployment change quickly. */
const MAX_AGE_YOUNG_MS = 60_000;
const YOUNG_ITEMS = 1_000;

/**
 * Returns a function that reads the counts of the stream, at most once every 15 minutes, or once a minute while there are
 * fewer than 1,000 items. Hits in between use the same counts.
 */
export function cachedTermCounts(words: Pick<StreamWords, 'read'>, clock: Clock): () => Promise<TermCounts> {
  let cached: { readonly counts: TermCounts; readonly readAt: number } | undefined;
  return async () => {
    const age = clock() - (cached?.readAt ?? Number.NEGATIVE_INFINITY);
    const maxAge = (cached?.counts.items ?? 0) < YOUNG_ITEMS ? MAX_AGE_YOUNG_MS : MAX_AGE_MS;
    // The age is negative if the clock was set back.
    if (!cached || age < 0 || age > maxAge) cached = { counts: await words.read(), readAt: clock() };
    return cached.counts;
  };
}
