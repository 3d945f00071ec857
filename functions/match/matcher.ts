import type { Query, Reason, Topic } from '../shared/model.ts';
import { compileTopics } from './engine/compile-topics.ts';
import { Engine } from './engine/engine.ts';
import { evaluate, type FindPattern } from './evaluate.ts';
import { ItemText, type MatchableItem } from './text/item-text.ts';

export type WatchedTopic = Pick<Topic, 'id' | 'query' | 'urgent'>;

/** One query for the engine: a topic's query, or its `urgent` query. */
export interface TopicQuery {
  readonly id: string;
  readonly query?: Query | undefined;
  /** True if this is the `urgent` query of the topic: a match only marks the topic's match as urgent. */
  readonly urgent?: true;
}

/** Returns the queries of all topics in order, followed by their urgent queries. */
export function topicQueriesOf(topics: readonly WatchedTopic[]): TopicQuery[] {
  return [
    ...topics.map(({ id, query }) => ({ id, query })),
    ...topics.flatMap(({ id, urgent }) => (urgent ? [{ id, query: urgent, urgent: true as const }] : [])),
  ];
}

interface Match {
  readonly topicId: string;
  /** One reason per term. The first few explain the match as a whole. */
  readonly why: readonly Reason[];
  readonly urgent?: true;
}

/** Matches an item against all topics. Compiled once and used for every item. */
export interface Matcher {
  match(item: MatchableItem): Match[];
}

/** Compiles topics in memory. Topics without a query match nothing. */
export function compileMatcher(topics: readonly WatchedTopic[], findPattern: FindPattern): Matcher {
  const queries = topicQueriesOf(topics);
  const engine = new Engine(compileTopics(queries.map(({ query }) => query)), findPattern);
  return createMatcher(engine, (index) => queries[index] as TopicQuery, findPattern);
}

/** Creates a matcher for compiled topics. `queryAt` loads a query when it first matches. */
export function createMatcher(
  engine: Engine,
  queryAt: (index: number) => TopicQuery,
  findPattern: FindPattern,
): Matcher {
  return {
    match(item) {
      const indexes = engine.match(item).sort((a, b) => a - b);
      if (indexes.length === 0) return [];
      const queries = indexes.map(queryAt);
      const urgent = new Set(queries.filter((one) => one.urgent).map(({ id }) => id));
      const text = new ItemText(item);
      return queries
        .filter((one) => !one.urgent)
        .map(({ id, query }) => ({
          topicId: id,
          // The engine has decided that the query matches; the slow evaluation only says where.
          why: (query && evaluate(query, text, findPattern)) ?? [],
          ...(urgent.has(id) ? { urgent: true } : {}),
        }));
    },
  };
}
