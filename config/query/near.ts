import type { Query } from '../../functions/shared/model.ts';
import { leavesOf } from './combine.ts';
import { QueryError, textAt } from './query-error.ts';
import type { SpanMap } from './span-map.ts';

/** Both within so many words of each other. Throws QueryError where they are no terms of one field. */
export function nearOf(distance: number, left: Query, right: Query, places: SpanMap): Query {
  for (const operand of [left, right]) {
    if (!areTerms(operand)) {
      const place = places.of(operand);
      throw new QueryError(
        `expected a word, a "phrase" or (one OR other) beside NEAR, got ${textAt(place)}`,
        place,
        'write what else must or must not be there after AND or NOT: (one NEAR/5 other) AND more',
      );
    }
  }
  const fields = new Set([left, right].flatMap((operand) => [...leavesOf(operand)].map(fieldOf)));
  if (fields.size > 1) {
    const [field = ''] = [...fields].filter((one) => one !== 'any');
    throw new QueryError(
      `expected both sides of NEAR in the same field, got ${field}: for a part of them`,
      places.of(right),
      `write ${field}:(one NEAR/5 other)`,
    );
  }
  return { near: distance, of: [left, right] };
}

function areTerms(query: Query): boolean {
  return 'term' in query || ('any' in query && query.any.every((part) => 'term' in part));
}

function fieldOf(leaf: Query): string {
  return ('in' in leaf && leaf.in) || 'any';
}
