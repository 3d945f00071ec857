import { setImmediate as nextTurn } from 'node:timers/promises';
import { compileTopics } from '../../functions/match/engine/compile-topics.ts';
import { Engine } from '../../functions/match/engine/engine.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { topicQueriesOf, type WatchedTopic } from '../../functions/match/matcher.ts';
import type { PastMatch } from './group-stories.ts';
import type { Past } from './past.ts';

/** How long matching may keep the event loop busy, ms. */
const MAX_TURN_MS = 50;
const ITEMS_PER_CHECK = 250;

export interface WorkOptions {
  /** Called with the number of items done, every 50 ms. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  /** Ends the work early, with an `AbortError`. */
  readonly signal?: AbortSignal | undefined;
}

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
  let turnStartedAt = performance.now();
  for (const [n, item] of items.entries()) {
    const found = engine.match(item);
    if (found.length > 0) {
      const matched = found.flatMap((index) => queries[index] ?? []);
      const urgent = new Set(matched.filter((one) => one.urgent).map(({ id }) => id));
      for (const one of matched)
        if (!one.urgent) matches[Number(one.id)]?.push({ item, urgent: urgent.has(one.id) });
    }
    if (n % ITEMS_PER_CHECK !== 0 || performance.now() - turnStartedAt < MAX_TURN_MS) continue;
    onProgress?.(n, items.length);
    await nextTurn();
    signal?.throwIfAborted();
    turnStartedAt = performance.now();
  }
  return matches;
}
