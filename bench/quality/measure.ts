import { compileTopics } from '../../functions/match/engine/compile-topics.ts';
import { Engine } from '../../functions/match/engine/engine.ts';
import type { FindPattern } from '../../functions/match/evaluate.ts';
import type { Query } from '../../functions/shared/model.ts';
import { type CollectionName, type LabelledItem, readNews, type Split } from './labelled-news.ts';
import type { CompiledTopic } from './topics.ts';

/** The results of a topic on labelled items. */
export interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export function scoresOf({ truePositives, falsePositives, falseNegatives }: Counts): Scores {
  return {
    precision: truePositives + falsePositives === 0 ? 0 : truePositives / (truePositives + falsePositives),
    recall: truePositives + falseNegatives === 0 ? 0 : truePositives / (truePositives + falseNegatives),
    f1: truePositives === 0 ? 0 : (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
  };
}

/** Returns the sum over all topics, so a label counts as often as it has items. */
export function sumCounts(all: readonly Counts[]): Counts {
  const sum = (of: (counts: Counts) => number) => all.reduce((total, counts) => total + of(counts), 0);
  return {
    truePositives: sum(({ truePositives }) => truePositives),
    falsePositives: sum(({ falsePositives }) => falsePositives),
    falseNegatives: sum(({ falseNegatives }) => falseNegatives),
  };
}

/** The full topic, and the simpler queries that it is compared with. */
export const VARIANTS: Readonly<Record<string, (topic: CompiledTopic) => Query>> = {
  'the topic': ({ query }) => query,
  'the topic without inflections': ({ query }) => withQuotes(query),
  'the label alone': ({ word }) => ({ term: { text: word } }),
  '=label': ({ word }) => ({ term: { text: word, exact: true } }),
};

/** Returns the query with every word in quotes. */
function withQuotes(query: Query): Query {
  if ('term' in query) return { ...query, term: { ...query.term, quoted: true } };
  if ('near' in query) return { ...query, of: [withQuotes(query.of[0]), withQuotes(query.of[1])] };
  if ('all' in query) return { all: query.all.map(withQuotes) };
  if ('any' in query) return { any: query.any.map(withQuotes) };
  if ('not' in query) return { not: withQuotes(query.not) };
  return query;
}

/** Never finds a pattern, because no topic here has one. */
export const noPattern: FindPattern = () => undefined;

export function itemOf({ title, text }: LabelledItem) {
  return { title, summary: '', content: text };
}

/** Returns the counts of each topic of a collection on a split, by topic id, or undefined if the data is missing. */
export function measure(
  topics: readonly CompiledTopic[],
  collection: CollectionName,
  split: Split,
  variant: keyof typeof VARIANTS = 'the topic',
): ReadonlyMap<string, Counts> | undefined {
  const items = readNews(collection)?.[split];
  if (!items) return undefined;
  const collectionTopics = topics.filter((topic) => topic.collection === collection);
  const queryOf = VARIANTS[variant];
  if (!queryOf) throw new RangeError(`expected a variant, got ${variant}`);
  // The engine alone gives no reasons, which would take longer than everything else.
  const engine = new Engine(compileTopics(collectionTopics.map(queryOf)), noPattern);
  const counts = new Map(
    collectionTopics.map(({ id }) => [id, { truePositives: 0, falsePositives: 0, falseNegatives: 0 }]),
  );
  for (const item of items) {
    const found = new Set(engine.match(itemOf(item)));
    for (const [n, { id, label }] of collectionTopics.entries()) {
      const hasLabel = item.labels.includes(label);
      const topicCounts = counts.get(id);
      if (!topicCounts || !(hasLabel || found.has(n))) continue;
      topicCounts[hasLabel ? (found.has(n) ? 'truePositives' : 'falseNegatives') : 'falsePositives']++;
    }
  }
  return counts;
}
