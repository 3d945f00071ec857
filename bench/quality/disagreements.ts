import { evaluate } from '../../functions/match/evaluate.ts';
import { compileMatcher } from '../../functions/match/matcher.ts';
import { ItemText } from '../../functions/match/text/item-text.ts';
import type { LabelledItem } from './labelled-news.ts';
import { itemOf, noPattern } from './measure.ts';
import type { CompiledTopic } from './topics.ts';

/** Returns where the engine and the plain evaluation of queries disagree, by item title and topic. */
export function disagreements(
  topics: readonly CompiledTopic[],
  items: readonly LabelledItem[],
): { readonly title: string; readonly topic: string }[] {
  const matcher = compileMatcher(topics, noPattern);
  return items.flatMap((item) => {
    const found = new Set(matcher.match(itemOf(item)).map(({ topicId }) => topicId));
    const text = new ItemText(itemOf(item));
    return topics
      .filter(({ id, query }) => found.has(id) !== (evaluate(query, text, noPattern) !== undefined))
      .map(({ id }) => ({ title: item.title, topic: id }));
  });
}
