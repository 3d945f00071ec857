import type { Query, Topic } from '../shared/model.ts';

const known = new WeakMap<readonly Topic[], readonly string[]>();

/**
 * Terms that any of the topics looks for, each once: that two items have one of them tells little, since news of one
 * topic often are of another, too. Found once for the topics of a configuration.
 */
export function watchedBy(topics: readonly Topic[]): readonly string[] {
  const before = known.get(topics);
  if (before) return before;
  const watched = [...new Set(topics.flatMap(({ query }) => termsIn(query)))];
  known.set(topics, watched);
  return watched;
}

/** What it excludes no item has; languages, sources and patterns are no words of items. */
function termsIn(query: Query | undefined): string[] {
  if (!query) return [];
  if ('term' in query) return [query.term.text];
  if ('near' in query) return query.of.flatMap(termsIn);
  if ('all' in query) return query.all.flatMap(termsIn);
  return 'any' in query ? query.any.flatMap(termsIn) : [];
}
