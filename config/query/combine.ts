import type { LeafQuery, Query } from '../../functions/shared/model.ts';

/**
 * Returns a query for all parts. Flattens nested `all` queries and removes duplicates; a single part is returned as
 * it is.
 */
export function allOf(parts: readonly Query[]): Query {
  const [only, ...others] = distinct(parts.flatMap((part) => ('all' in part ? part.all : [part])));
  if (!only) throw new RangeError('expected at least one query');
  return others.length === 0 ? only : { all: [only, ...others] };
}

/** Returns a query for any of the parts, simplified like `allOf`. */
export function anyOf(parts: readonly Query[]): Query {
  const [only, ...others] = distinct(parts.flatMap((part) => ('any' in part ? part.any : [part])));
  if (!only) throw new RangeError('expected at least one query');
  return others.length === 0 ? only : { any: [only, ...others] };
}

export function noneOf(part: Query): Query {
  return 'not' in part ? part.not : { not: part };
}

function distinct(parts: readonly Query[]): Query[] {
  if (parts.length === 1) return [...parts];
  const kept = new Map<string, Query>();
  for (const part of parts) {
    const key = keyOf(part);
    if (!kept.has(key)) kept.set(key, part);
  }
  return [...kept.values()];
}

/** Returns a key that is the same for queries that are recognisably equivalent. */
export function keyOf(query: Query): string {
  if ('all' in query) return `all(${query.all.map(keyOf).sort().join()})`;
  if ('any' in query) return `any(${query.any.map(keyOf).sort().join()})`;
  if ('not' in query) return `not(${keyOf(query.not)})`;
  if ('near' in query) return `near(${query.near},${query.of.map(keyOf).sort().join()})`;
  if (!('term' in query)) return JSON.stringify(query);
  const { text, quoted, exact, prefix } = query.term;
  // Acronyms match different spellings from words in lower case.
  const written = exact || /\p{Lu}{2}/u.test(text) ? text : text.toLowerCase();
  // A line break is a safe separator, because no term contains one.
  return `${query.in ?? ''}\n${quoted ? '"' : ''}${exact ? '=' : ''}${prefix ? '*' : ''}\n${written}`;
}

export function partsOf(query: Query): readonly Query[] {
  if ('all' in query) return query.all;
  if ('any' in query) return query.any;
  if ('not' in query) return [query.not];
  if ('near' in query) return query.of;
  query satisfies LeafQuery;
  return [];
}

/** Yields the terms, patterns, sources and languages of a query in order. NEAR yields its operands. */
export function* leavesOf(query: Query): Generator<LeafQuery> {
  const parts = partsOf(query);
  if (parts.length === 0) yield query as LeafQuery;
  else for (const part of parts) yield* leavesOf(part);
}
