import { withoutScheme } from '../../functions/shared/item-source.ts';
import type { ItemField, Query } from '../../functions/shared/model.ts';
import { languageTag } from './language-tag.ts';
import { QueryError, type QuerySpan, textAt } from './query-error.ts';
import type { SpanMap } from './span-map.ts';
import { FIELD_KINDS, type FieldName } from './tokens.ts';

/** What stands behind a field, with all of its leaves in that field. Throws QueryError. */
export function inField(field: FieldName, query: Query, places: SpanMap): Query {
  if (isNameField(field)) {
    refuseNear(field, query, places);
    return places.mapLeaves(query, (leaf) => {
      const place = places.of(leaf);
      const value = nameFrom(field, leaf, place);
      return field === 'lang' ? { language: languageTag(value, place) } : { source: sourceName(value) };
    });
  }
  return places.mapLeaves(query, (leaf) => inTextField(field, leaf, places.of(leaf)));
}

type NameField = 'source' | 'lang';
const isNameField = (field: FieldName): field is NameField => FIELD_KINDS[field] === 'name';

function inTextField(field: ItemField, leaf: Query, place: QuerySpan): Query {
  const isPlain = ('term' in leaf || 'regex' in leaf) && (leaf.in ?? field) === field;
  if (!isPlain) {
    throw new QueryError(
      `expected words within ${field}:, got ${textAt(place)}`,
      place,
      `write it beside ${field}:( ), not within`,
    );
  }
  if (field !== 'url' || !('term' in leaf)) return { ...leaf, in: field };
  return { term: { ...leaf.term, text: withoutScheme(leaf.term.text) }, in: field };
}

function nameFrom(field: NameField, leaf: Query, place: QuerySpan): string {
  // Of a set that was made for it, source: within source: is what it is.
  if (field === 'source' && 'source' in leaf) return leaf.source;
  if (field === 'lang' && 'language' in leaf) return leaf.language;
  const plain = 'term' in leaf && !leaf.in && !leaf.term.exact && !leaf.term.prefix;
  if (plain) return leaf.term.text;
  const expected = field === 'lang' ? 'tags of languages' : 'names or hosts of sources';
  throw new QueryError(
    `expected ${expected} within ${field}:, got ${textAt(place)}`,
    place,
    field === 'lang'
      ? 'write lang:de, or lang:(de OR fr)'
      : 'write source:name, source:"a name", or source:(a OR b)',
  );
}

function refuseNear(field: NameField, query: Query, places: SpanMap): void {
  if ('near' in query) {
    throw new QueryError(
      `expected no NEAR within ${field}:, got one`,
      places.of(query),
      `write ${field}:(one OR other)`,
    );
  }
  if ('all' in query) for (const part of query.all) refuseNear(field, part, places);
  if ('any' in query) for (const part of query.any) refuseNear(field, part, places);
  if ('not' in query) refuseNear(field, query.not, places);
}

/** Of an address, its host. */
function sourceName(value: string): string {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return value;
  return new URL(value).hostname.replace(/^www\./, '');
}
