import { evaluate } from '../../functions/match/evaluate.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../functions/match/matcher.ts';
import type { Query } from '../../functions/shared/model.ts';

/** An item in the examples of the documentation. */
export interface ExampleItem {
  readonly title: string;
  readonly summary: string;
  readonly language?: string;
  /** Title of the feed. */
  readonly source?: string;
  readonly categories?: readonly string[];
  readonly authors?: readonly string[];
  readonly url?: string;
}

/** Whether a query matches an item. Throws if the engine and the slow evaluation of the query disagree. */
export function matches(query: Query, { language, source, ...example }: ExampleItem): boolean {
  const item = {
    ...example,
    content: '',
    ...(language === undefined ? {} : { language }),
    ...(source === undefined ? {} : { source: { id: 'feed', title: source } }),
  };
  const fast = compileMatcher([{ id: 'topic', query }], findPattern).match(item).length > 0;
  const slow = evaluate(query, item, findPattern) !== undefined;
  if (fast !== slow) throw new Error(`the engine says ${fast}, the slow evaluation ${slow}`);
  return fast;
}
