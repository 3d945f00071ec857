import { withoutScheme } from '../../functions/shared/item-source.ts';
import type { ItemField, Query } from '../../functions/shared/model.ts';
import { languageTag } from './language-tag.ts';
import { QueryError, type QuerySpan, textAt } from './query-error.ts';
import type { SpanMap } from './span-map.ts';
import { FIELD_KINDS, type FieldName } from './tokens.ts';

/** Applies a field to all leaves of a query. Throws QueryError for leaves that cannot have the field. */
export function inField(field: FieldName, query: Query, spans: SpanMap): Query {
  if (isNameField(field)) {
    refuseNear(field, query, spans);
    return spans.mapLeaves(query, (leaf) => {
      const span = spans.of(leaf);
      const value = nameFrom(field, leaf, span);
      return field === 'lang' ? { language: languageTag(value, span) } : { source: sourceName(value) };
    });
  }
  return spans.mapLeaves(query, (leaf) => inTextField(field, leaf, spans.of(leaf)));
}

type NameField = 'source' | 'lang';
const isNameField = (field: FieldName): field is NameField => FIELD_KINDS[field] === 'name';

function inTextField(field: ItemField, leaf: Query, span: QuerySpan): Query {
  const isPlain = ('term' in leaf || 'regex' in leaf) && (leaf.in ?? field) === field;
  if (!isPlain) {
    throw new QueryError(
      `expected words within ${field}:, got ${textAt(span)}`,
      span,
      `write it outside ${field}:( )`,
    );
  }
  if (field !== 'url' || !('term' in leaf)) return { ...leaf, in: field };
  return { term: { ...leaf.term, text: withoutScheme(leaf.term.text) }, in: field };
}

function nameFrom(field: NameField, leaf: Query, span: QuerySpan): string {
  // In a set written for sources, source: within source: is redundant but harmless.
  if (field === 'source' && 'source' in leaf) return leaf.source;
  if (field === 'lang' && 'language' in leaf) return leaf.language;
  const plain = 'term' in leaf && !leaf.in && !leaf.term.exact && !leaf.term.prefix;
  if (plain) return leaf.term.text;
  const expected = field === 'lang' ? 'language tags' : 'source names or hosts';
  throw new QueryError(
    `expected ${expected} within ${field}:, got ${textAt(span)}`,
    span,
    field === 'lang'
      ? 'write lang:de, or lang:(de OR fr)'
      : 'write source:name, source:"a name", or source:(a OR b)',
  );
}

function refuseNear(field: NameField, query: Query, spans: SpanMap): void {
  if ('near' in query) {
    throw new QueryError(
      `expected no NEAR within ${field}:, got one`,
      spans.of(query),
      `write ${field}:(one OR other)`,
    );
  }
  if ('all' in query) for (const part of query.all) refuseNear(field, part, spans);
  if ('any' in query) for (const part of query.any) refuseNear(field, part, spans);
  if ('not' in query) refuseNear(field, query.not, spans);
}

/** Returns the host if the value is an address, or else the value. */
function sourceName(value: string): string {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return value;
  return new URL(value).hostname.replace(/^www\./, '');
}
