import type { LeafQuery, Query } from '../../functions/shared/model.ts';
import { allOf, anyOf, noneOf, partsOf } from './combine.ts';
import type { QuerySpan } from './query-error.ts';

/** Maps the parts of a query to their spans in the texts. */
export class SpanMap {
  readonly #spans = new WeakMap<Query, QuerySpan>();

  /** Records the span of a part, unless it has one. */
  mark<Q extends Query>(query: Q, span: QuerySpan): Q {
    if (!this.#spans.has(query)) this.#spans.set(query, span);
    return query;
  }

  /**
   * Returns the span of a part. If the part combines several texts, returns a span in the first of them. Throws
   * TypeError if there is none.
   */
  of(query: Query): QuerySpan {
    const span = this.find(query);
    if (!span) throw new TypeError('a query without a span');
    return span;
  }

  find(query: Query): QuerySpan | undefined {
    const own = this.#spans.get(query);
    if (own) return own;
    for (const part of partsOf(query)) {
      const span = this.find(part);
      if (span) return span;
    }
    return undefined;
  }

  /** Returns the query with each leaf replaced. Parts keep their spans, or all get the span `at`. */
  mapLeaves(query: Query, leaf: (query: LeafQuery) => Query, at?: QuerySpan): Query {
    const mapPart = (part: Query) => this.mapLeaves(part, leaf, at);
    const mapped = rebuild(query, leaf, mapPart);
    const span = at ?? this.find(query);
    return span ? this.mark(mapped, span) : mapped;
  }
}

function rebuild(query: Query, leaf: (query: LeafQuery) => Query, mapPart: (part: Query) => Query): Query {
  if ('all' in query) return allOf(query.all.map(mapPart));
  if ('any' in query) return anyOf(query.any.map(mapPart));
  if ('not' in query) return noneOf(mapPart(query.not));
  if ('near' in query) return { near: query.near, of: [mapPart(query.of[0]), mapPart(query.of[1])] };
  return leaf(query);
}
