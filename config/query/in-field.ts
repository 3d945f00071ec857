import { withoutScheme } from '../../functions/shared/item-source.ts';
import type { ItemField, LeafQuery, Query } from '../../functions/shared/model.ts';
import { partsOf } from './combine.ts';
import { isNameField, type NameFieldName, nameField } from './name-fields.ts';
import { QueryError, type QuerySpan, textAt } from './query-error.ts';
import type { SpanMap } from './span-map.ts';
import { type FieldName, takesAddresses } from './tokens.ts';

/** Applies a field to all leaves of a query. Throws QueryError for leaves that cannot have the field. */
export function inField(field: FieldName, query: Query, spans: SpanMap): Query {
  if (!isNameField(field)) return spans.mapLeaves(query, (leaf) => inTextField(field, leaf, spans.of(leaf)));
  refuseNear(field, query, spans);
  const { parse, leafOf } = nameField(field);
  return spans.mapLeaves(query, (leaf) => {
    const span = spans.of(leaf);
    return leafOf(parse(nameFrom(field, leaf, span), span));
  });
}

function inTextField(field: ItemField, leaf: LeafQuery, span: QuerySpan): Query {
  const isPlain = ('term' in leaf || 'regex' in leaf) && (leaf.in ?? field) === field;
  if (!isPlain) {
    throw new QueryError(
      `expected words within ${field}:, got ${textAt(span)}`,
      span,
      `write it outside ${field}:( )`,
    );
  }
  if (!takesAddresses(field) || !('term' in leaf)) return { ...leaf, in: field };
  return { term: { ...leaf.term, text: withoutScheme(leaf.term.text) }, in: field };
}

function nameFrom(field: NameFieldName, leaf: LeafQuery, span: QuerySpan): string {
  const { expected, example, valueIn } = nameField(field);
  // In a set written for sources, source: within source: is redundant but harmless.
  const value = valueIn(leaf);
  if (value !== undefined) return value;
  const plain = 'term' in leaf && !leaf.in && !leaf.term.exact && !leaf.term.prefix;
  if (plain) return leaf.term.text;
  throw new QueryError(
    `expected ${expected} within ${field}:, got ${textAt(span)}`,
    span,
    `write ${example}`,
  );
}

function refuseNear(field: NameFieldName, query: Query, spans: SpanMap): void {
  if ('near' in query) {
    throw new QueryError(
      `expected no NEAR within ${field}:, got one`,
      spans.of(query),
      `write ${field}:(one OR other)`,
    );
  }
  for (const part of partsOf(query)) refuseNear(field, part, spans);
}
