import { evaluate } from '../../functions/match/evaluate.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../functions/match/matcher.ts';
import type { Query } from '../../functions/shared/model.ts';

/** An item, as far as the examples of the documentation have one. */
export interface ExampleItem {
  readonly title: string;
  readonly summary: string;
  readonly language?: string;
  /** The title of its feed. */
  readonly source?: string;
  readonly categories?: readonly string[];
  readonly authors?: readonly string[];
  readonly url?: string;
}

/** Whether a query finds an item: the engine and the slow reading of the language must agree. */
export function matches(query: Query, { language, source, ...example }: ExampleItem): boolean {
  const item = {
    ...example,
    content: '',
    ...(language === undefined ? {} : { language }),
    ...(source === undefined ? {} : { source: { id: 'feed', title: source } }),
  };
  const fast = compileMatcher([{ id: 'topic', query }], findPattern).match(item).length > 0;
  const slow = evaluate(query, item, findPattern) !== undefined;
  if (fast !== slow) throw new Error(`the engine says ${fast}, the slow reading ${slow}`);
  return fast;
}
