import type { Query } from '../model.ts';
import { languageTag } from './languages.ts';
import type { Places } from './places.ts';
import { type Place, QueryError, textAt } from './query-error.ts';
import type { FieldName } from './tokens.ts';

/** What stands behind a field, with all of its leaves in that field. Throws QueryError. */
export function inField(field: FieldName, query: Query, places: Places): Query {
  if (field === 'title') return places.mapped(query, (leaf) => inTitle(leaf, places.of(leaf)));
  refuseNear(field, query, places);
  return places.mapped(query, (leaf) => {
    const place = places.of(leaf);
    const value = named(field, leaf, place);
    return field === 'lang' ? { language: languageTag(value, place) } : { source: sourceName(value) };
  });
}

function inTitle(leaf: Query, place: Place): Query {
  if ('term' in leaf || 'regex' in leaf) return { ...leaf, in: 'title' };
  throw new QueryError(
    `expected words within title:, got ${textAt(place)}`,
    place,
    'write it beside title:( ), not within',
  );
}

function named(field: FieldName, leaf: Query, place: Place): string {
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

function refuseNear(field: FieldName, query: Query, places: Places): void {
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
