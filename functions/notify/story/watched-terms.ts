import type { Query, Topic } from '../../shared/model.ts';
import { termsOf } from '../../shared/text/terms.ts';

const known = new WeakMap<readonly Topic[], ReadonlySet<string>>();

/** Returns the terms that any of the topics watches for, as stories compare them. Found once for a configuration. */
export function watchedTerms(topics: readonly Topic[]): ReadonlySet<string> {
  const before = known.get(topics);
  if (before) return before;
  const texts = topics.flatMap(({ query, urgent }) => [...termsIn(query), ...termsIn(urgent)]);
  const watched = new Set(texts.flatMap((text) => termsOf(text).map((term) => term.text)));
  known.set(topics, watched);
  return watched;
}

/** No item has what a query excludes; languages, sources, labels and patterns are no words of its texts. */
function termsIn(query: Query | undefined): string[] {
  if (!query) return [];
  if ('term' in query) return query.in === undefined || query.in === 'title' ? [query.term.text] : [];
  if ('near' in query) return query.of.flatMap(termsIn);
  if ('all' in query) return query.all.flatMap(termsIn);
  return 'any' in query ? query.any.flatMap(termsIn) : [];
}
