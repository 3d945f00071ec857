import type { Query, Reason, Topic } from '../shared/model.ts';
import { compileTopics } from './engine/compile-topics.ts';
import { Engine } from './engine/engine.ts';
import { evaluate, type FindPattern } from './evaluate.ts';
import { ItemText, type MatchableItem } from './text/item-text.ts';

export type WatchedTopic = Pick<Topic, 'id' | 'query' | 'urgent'>;

/** What the engine looks for: a topic, or what is urgent of one. */
export interface TopicQuery {
  readonly id: string;
  readonly query?: Query | undefined;
  /** Says of the topic of this id that its match is urgent, and nothing else. */
  readonly urgent?: true;
}

/** The topics in their order, and behind them what is urgent. */
export function topicQueriesOf(topics: readonly WatchedTopic[]): TopicQuery[] {
  return [
    ...topics.map(({ id, query }) => ({ id, query })),
    ...topics.flatMap(({ id, urgent }) => (urgent ? [{ id, query: urgent, urgent: true as const }] : [])),
  ];
}

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
export function compileMatcher(topics: readonly WatchedTopic[], findPattern: FindPattern): Matcher {
  const entries = topicQueriesOf(topics);
  const engine = new Engine(compileTopics(entries.map(({ query }) => query)), findPattern);
  return createMatcher(engine, (index) => entries[index] as TopicQuery, findPattern);
}

/** A matcher of topics that were compiled before, each of which is read when it matches. */
export function createMatcher(
  engine: Engine,
  entryAt: (index: number) => TopicQuery,
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
