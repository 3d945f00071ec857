import type { Reason } from '../shared/model.ts';
import { compileTopics } from './engine/compile.ts';
import { Engine } from './engine/engine.ts';
import { type Entry, entriesOf, type WatchedTopic } from './entries.ts';
import { evaluate, type FindPattern } from './evaluate.ts';
import { ItemText, type MatchableItem } from './item-text.ts';

export interface Match {
  readonly topicId: string;
  /** Each term once. The first few say why the topic as a whole matches. */
  readonly why: readonly Reason[];
  readonly urgent?: true;
}

/** All topics against one item. Compiled once, used for every item. */
export interface Matcher {
  match(item: MatchableItem): Match[];
}

/** Compiles topics in memory; those without a query match nothing. */
export function compile(topics: readonly WatchedTopic[], findPattern: FindPattern): Matcher {
  const entries = entriesOf(topics);
  const engine = new Engine(compileTopics(entries.map(({ query }) => query)), findPattern);
  return matcher(engine, (index) => entries[index] as Entry, findPattern);
}

/** A matcher of topics that were compiled before, each of which is read when it matches. */
export function matcher(
  engine: Engine,
  entryAt: (index: number) => Entry,
  findPattern: FindPattern,
): Matcher {
  return {
    match(item) {
      const indexes = engine.match(item).sort((a, b) => a - b);
      if (indexes.length === 0) return [];
      const entries = indexes.map(entryAt);
      const urgent = new Set(entries.filter((entry) => entry.urgent).map(({ id }) => id));
      const text = new ItemText(item);
      return entries
        .filter((entry) => !entry.urgent)
        .map(({ id, query }) => ({
          topicId: id,
          // That it matches is settled; the slow reading only says where.
          why: (query && evaluate(query, text, findPattern)) ?? [],
          ...(urgent.has(id) ? { urgent: true } : {}),
        }));
    },
  };
}
