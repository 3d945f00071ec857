import type { Reason, Topic } from '../shared/model.ts';
import { compileTopics } from './engine/compile.ts';
import { Engine } from './engine/engine.ts';
import { evaluate, type FindPattern } from './evaluate.ts';
import { ItemText, type MatchableItem } from './item-text.ts';

export interface Match {
  readonly topicId: string;
  /** Each term once. The first few say why the topic as a whole matches. */
  readonly why: readonly Reason[];
}

/** All topics against one item. Compiled once, used for every item. */
export interface Matcher {
  match(item: MatchableItem): Match[];
}

type WatchedTopic = Pick<Topic, 'id' | 'query'>;

/** Compiles topics in memory; those without a query match nothing. */
export function compile(topics: readonly WatchedTopic[], findPattern: FindPattern): Matcher {
  const engine = new Engine(compileTopics(topics.map(({ query }) => query)), findPattern);
  return matcher(engine, (index) => topics[index] as WatchedTopic, findPattern);
}

/** A matcher of topics that were compiled before, each of which is read when it matches. */
export function matcher(
  engine: Engine,
  topicAt: (index: number) => WatchedTopic,
  findPattern: FindPattern,
): Matcher {
  return {
    match(item) {
      const indexes = engine.match(item).sort((a, b) => a - b);
      if (indexes.length === 0) return [];
      const text = new ItemText(item);
      return indexes.map((index) => {
        const { id, query } = topicAt(index);
        // That it matches is settled; the slow reading only says where.
        return { topicId: id, why: (query && evaluate(query, text, findPattern)) ?? [] };
      });
    },
  };
}
