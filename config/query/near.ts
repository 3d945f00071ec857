import type { Query } from '../../functions/shared/model.ts';
import { leavesOf } from './combine.ts';
import { QueryError, textAt } from './query-error.ts';
import type { SpanMap } from './span-map.ts';

/** Returns a NEAR query. Throws QueryError if the operands are not terms, or are in different fields. */
export function nearOf(distance: number, left: Query, right: Query, spans: SpanMap): Query {
  for (const operand of [left, right]) {
    if (!areTerms(operand)) {
      const span = spans.of(operand);
      throw new QueryError(
        `expected a word, a "phrase" or (one OR other) beside NEAR, got ${textAt(span)}`,
        span,
        'combine the rest with AND or NOT: (one NEAR/5 other) AND more',
      );
    }
  }
  const fields = new Set([left, right].flatMap((operand) => [...leavesOf(operand)].map(fieldOf)));
  if (fields.size > 1) {
    const [field = ''] = [...fields].filter((one) => one !== 'any');
    throw new QueryError(
      `expected both sides of NEAR in the same field, got ${field}: for only some of the words`,
      spans.of(right),
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
