import { compileTopics } from '../../functions/match/engine/compile-topics.ts';
import { Engine } from '../../functions/match/engine/engine.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { topicQueriesOf, type WatchedTopic } from '../../functions/match/matcher.ts';
import type { PastMatch } from './group-stories.ts';
import type { Past } from './past.ts';
import { takeTurns, type WorkOptions } from './take-turns.ts';

const ITEMS_PER_CHECK = 250;

/**
 * Matches a past with several topics at once, whose ids may be the same. Returns the matches of each, oldest first.
 * @throws the reason of the signal, when it is aborted
 */
export async function matchPast(
  { items }: Past,
  topics: readonly WatchedTopic[],
  { onProgress, signal }: WorkOptions = {},
): Promise<PastMatch[][]> {
  // The position of the topic stands for its id.
  const queries = topicQueriesOf(topics.map((topic, n) => ({ ...topic, id: String(n) })));
  const engine = new Engine(compileTopics(queries.map(({ query }) => query)), findPattern);
  const matches = topics.map((): PastMatch[] => []);
  const turn = takeTurns(signal);
  for (const [n, item] of items.entries()) {
    const found = engine.match(item);
    if (found.length > 0) {
      const matched = found.flatMap((index) => queries[index] ?? []);
      const urgent = new Set(matched.filter((one) => one.urgent).map(({ id }) => id));
      for (const one of matched)
        if (!one.urgent) matches[Number(one.id)]?.push({ item, urgent: urgent.has(one.id) });
    }
    if (n % ITEMS_PER_CHECK === 0 && (await turn())) onProgress?.(n, items.length);
  }
  return matches;
}
