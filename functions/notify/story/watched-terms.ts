import type { Query, Topic } from '../../shared/model.ts';
import { termsOf } from '../../shared/text/terms.ts';

const cache = new WeakMap<readonly Topic[], ReadonlySet<string>>();

/** Returns the terms that any of the topics watches for, in the form that stories compare. Cached by configuration. */
export function watchedTerms(topics: readonly Topic[]): ReadonlySet<string> {
  const cached = cache.get(topics);
  if (cached) return cached;
  const texts = topics.flatMap(({ query, urgent }) => [...termsIn(query), ...termsIn(urgent)]);
  const watched = new Set(texts.flatMap((text) => termsOf(text).map((term) => term.text)));
  cache.set(topics, watched);
  return watched;
}

/** Returns the terms of a query, without excluded ones. Languages, sources, labels and patterns are not words of a text. */
function termsIn(query: Query | undefined): string[] {
  if (!query) return [];
  if ('term' in query) return query.in === undefined || query.in === 'title' ? [query.term.text] : [];
  if ('near' in query) return query.of.flatMap(termsIn);
  if ('all' in query) return query.all.flatMap(termsIn);
  return 'any' in query ? query.any.flatMap(termsIn) : [];
}
