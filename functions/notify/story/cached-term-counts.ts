import type { Clock } from '../../shared/model.ts';
import type { StreamWords } from '../../shared/store/stream-words.ts';
import type { TermCounts } from './term-table.ts';

const MAX_AGE_MS = 15 * 60_000;
/** The counts of a new deployment change quickly. */
const MAX_AGE_YOUNG_MS = 60_000;
const YOUNG_ITEMS = 1_000;

/** Reads the counts of the stream now and then; between, all hits are compared by the same. */
export function cachedTermCounts(words: Pick<StreamWords, 'read'>, clock: Clock): () => Promise<TermCounts> {
  let known: { readonly counts: TermCounts; readonly readAt: number } | undefined;
  return async () => {
    const age = clock() - (known?.readAt ?? Number.NEGATIVE_INFINITY);
    // Below zero where the clock was set back.
    const maxAge = (known?.counts.items ?? 0) < YOUNG_ITEMS ? MAX_AGE_YOUNG_MS : MAX_AGE_MS;
    if (!known || age < 0 || age > maxAge) known = { counts: await words.read(), readAt: clock() };
    return known.counts;
  };
}
