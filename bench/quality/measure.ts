import { compileTopics } from '../../functions/match/engine/compile-topics.ts';
import { Engine } from '../../functions/match/engine/engine.ts';
import type { FindPattern } from '../../functions/match/evaluate.ts';
import type { Query } from '../../functions/shared/model.ts';
import { type CollectionName, type LabelledItem, readNews, type Split } from './labelled-news.ts';
import type { CompiledTopic } from './topics.ts';

/** How often a topic was right, wrong, and silent where it should have spoken. */
export interface Counts {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
}

export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export function scoresOf({ right, wrong, missed }: Counts): Scores {
  return {
    precision: right + wrong === 0 ? 0 : right / (right + wrong),
    recall: right + missed === 0 ? 0 : right / (right + missed),
    f1: right === 0 ? 0 : (2 * right) / (2 * right + wrong + missed),
  };
}

/** Of all topics together, so that a label counts as often as there are items of it. */
export function sumCounts(all: readonly Counts[]): Counts {
  const sum = (of: (counts: Counts) => number) => all.reduce((total, counts) => total + of(counts), 0);
  return { right: sum((one) => one.right), wrong: sum((one) => one.wrong), missed: sum((one) => one.missed) };
}

/** A topic in full, and what it is compared with. */
export const VARIANTS: Readonly<Record<string, (topic: CompiledTopic) => Query>> = {
  'the topic': ({ query }) => query,
  'it without inflections': ({ query }) => asWritten(query),
  'the label alone': ({ word }) => ({ term: { text: word } }),
  '=label': ({ word }) => ({ term: { text: word, exact: true } }),
};

/** With every word in quotes. */
function asWritten(query: Query): Query {
  if ('term' in query) return { ...query, term: { ...query.term, quoted: true } };
  if ('near' in query) return { ...query, of: [asWritten(query.of[0]), asWritten(query.of[1])] };
  if ('all' in query) return { all: query.all.map(asWritten) };
  if ('any' in query) return { any: query.any.map(asWritten) };
  if ('not' in query) return { not: asWritten(query.not) };
  return query;
}

/** No topic here has a pattern. */
export const noPattern: FindPattern = () => undefined;

export function itemOf({ title, text }: LabelledItem) {
  return { title, summary: '', content: text };
}

/** What each topic of a collection finds in a split, by its id. Undefined where the data is not there. */
export function measure(
  topics: readonly CompiledTopic[],
  collection: CollectionName,
  split: Split,
  variant: keyof typeof VARIANTS = 'the topic',
): ReadonlyMap<string, Counts> | undefined {
  const items = readNews(collection)?.[split];
  if (!items) return undefined;
  const own = topics.filter((topic) => topic.collection === collection);
  const queryOf = VARIANTS[variant];
  if (!queryOf) throw new RangeError(`expected a variant, got ${variant}`);
  // Without the reasons, which take longer than all else.
  const engine = new Engine(compileTopics(own.map(queryOf)), noPattern);
  const counts = new Map(own.map(({ id }) => [id, { right: 0, wrong: 0, missed: 0 }]));
  for (const item of items) {
    const found = new Set(engine.match(itemOf(item)));
    for (const [n, { id, label }] of own.entries()) {
      const is = item.labels.includes(label);
      const one = counts.get(id);
      if (one && (is || found.has(n))) one[is ? (found.has(n) ? 'right' : 'missed') : 'wrong']++;
    }
  }
  return counts;
}
