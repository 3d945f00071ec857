import type { Query } from '../../functions/shared/model.ts';
import { allOf, anyOf, noneOf, partsOf } from './combine.ts';
import type { QuerySpan } from './query-error.ts';

/** Where the parts of a query were written. */
export class SpanMap {
  readonly #places = new WeakMap<Query, QuerySpan>();

  /** A part that has a place keeps it. */
  mark<Q extends Query>(query: Q, place: QuerySpan): Q {
    if (!this.#places.has(query)) this.#places.set(query, place);
    return query;
  }

  /** Where a part was written; of one made of several texts, the first of them. */
  of(query: Query): QuerySpan {
    const place = this.find(query);
    if (!place) throw new TypeError('a query without a place');
    return place;
  }

  find(query: Query): QuerySpan | undefined {
    const own = this.#places.get(query);
    if (own) return own;
    for (const part of partsOf(query)) {
      const place = this.find(part);
      if (place) return place;
    }
    return undefined;
  }

  /** The same with other leaves, each part where it was, or all of it at a place of its own. */
  mapLeaves(query: Query, leaf: (query: Query) => Query, at?: QuerySpan): Query {
    const again = (part: Query) => this.mapLeaves(part, leaf, at);
    const made = rebuild(query, leaf, again);
    const place = at ?? this.find(query);
    return place ? this.mark(made, place) : made;
  }
}

function rebuild(query: Query, leaf: (query: Query) => Query, again: (part: Query) => Query): Query {
  if ('all' in query) return allOf(query.all.map(again));
  if ('any' in query) return anyOf(query.any.map(again));
  if ('not' in query) return noneOf(again(query.not));
  if ('near' in query) return { near: query.near, of: [again(query.of[0]), again(query.of[1])] };
  return leaf(query);
}
