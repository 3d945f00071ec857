import { draftTopic } from '../config/draft-topic.ts';
import type { PageData } from '../local/page-data.ts';
import { matchPast } from '../local/past/match-past.ts';
import type { PastItem } from '../local/past/past.ts';
import { shownFault } from './try-answer.ts';
import type { ShownFault } from './try-view.ts';

/** The stored items that a query matches, newest first. */
export interface FoundItems {
  readonly faults: readonly ShownFault[];
  /** Number of items that were searched. */
  readonly searched: number;
  readonly items: readonly PastItem[];
}

/** Searches the stored items with a query, as topics do. Ends early when the signal is aborted. */
export async function searchItems(
  data: Pick<PageData, 'past' | 'loaded'>,
  query: string,
  signal: AbortSignal,
): Promise<FoundItems> {
  const { topic, faults } = draftTopic(query, data.loaded().shared);
  if (!topic) return { faults: faults.map(shownFault), searched: 0, items: [] };
  const past = await data.past();
  const [matches = []] = await matchPast(past, [topic], { signal });
  return { faults: [], searched: past.items.length, items: matches.map(({ item }) => item).reverse() };
}
