import type { ItemField, Query } from '../../functions/shared/model.ts';
import { keyOf, partsOf } from './combine.ts';
import { QueryError, textAt } from './query-error.ts';
import type { SpanMap } from './span-map.ts';

/** Throws QueryError for a query that nearly every item would match. */
export function refuseUnbounded(query: Query, places: SpanMap): void {
  const part = findUnbounded(query);
  if (!part) return;
  const place = places.of(part);
  throw new QueryError(
    part === query
      ? `expected something that must be there, got ${textAt(place)} alone, which nearly everything matches`
      : `expected something that must be there in every alternative, got ${textAt(place)}, which nearly everything matches`,
    place,
    part === query
      ? 'add what to look for: storm -hail'
      : 'add what to look for to this alternative, or write (one OR other) -word',
  );
}

/** The part that holds where nothing is there. */
function findUnbounded(query: Query): Query | undefined {
  if ('all' in query) return query.all.every(findUnbounded) ? query : undefined;
  if ('any' in query) return query.any.map(findUnbounded).find((part) => part !== undefined);
  if ('not' in query) return isUnboundedWhenNegated(query.not) ? query : undefined;
  return undefined;
}

function isUnboundedWhenNegated(query: Query): boolean {
  if ('all' in query) return query.all.some(isUnboundedWhenNegated);
  if ('any' in query) return query.any.every(isUnboundedWhenNegated);
  if ('not' in query) return findUnbounded(query.not) !== undefined;
  return true;
}

/** Throws QueryError where a query, or an alternative of it, can be seen never to match. */
export function refuseContradiction(query: Query, places: SpanMap): void {
  if (!mayContradict(query)) return;
  const part =
    findContradiction(query, NOTHING_KNOWN) ??
    ('not' in query ? undefined : findContradictionInParts(query, places));
  if (!part) return;
  const place = places.of(part);
  throw new QueryError(
    `expected what can be true together, got ${textAt(place)} beside its contrary: that never matches`,
    place,
    'leave one of the two out, or write OR between alternatives',
  );
}

/** Most queries need no closer look. */
function mayContradict(query: Query): boolean {
  return 'not' in query || 'language' in query || partsOf(query).some(mayContradict);
}

function findContradictionInParts(query: Query, places: SpanMap): Query | undefined {
  for (const part of partsOf(query)) {
    if ('not' in part || 'near' in part) continue;
    const found = findContradiction(part, NOTHING_KNOWN) ?? findContradictionInParts(part, places);
    if (found) return found;
  }
  return undefined;
}

/** What is certain, seen from a part: keys of what is there and of what is not, and the languages. */
interface Known {
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  readonly languages: readonly string[];
}
const NOTHING_KNOWN: Known = { present: new Set(), absent: new Set(), languages: [] };

/** The part that contradicts what is known. Not all contradictions are looked for: those that a person may make. */
function findContradiction(query: Query, known: Known): Query | undefined {
  if ('any' in query) {
    const found = query.any.map((part) => findContradiction(part, known));
    return found.every((part) => part !== undefined) ? found[0] : undefined;
  }
  if (!('all' in query || 'not' in query)) return contradicts(query, known) ? query : undefined;
  const parts = 'all' in query ? query.all : [query];
  const present = new Set(known.present);
  const absent = new Set(known.absent);
  const languages = [...known.languages];
  const denied = parts.flatMap((part) => ('not' in part ? alternatives(part.not) : []));
  for (const part of denied) absent.add(keyOf(part));
  for (const part of parts) {
    if ('any' in part || 'not' in part || 'all' in part) continue;
    if (contradicts(part, { present, absent, languages })) return part;
    for (const one of impliedBy(part)) present.add(keyOf(one));
    if ('language' in part) languages.push(part.language);
  }
  const contrary = denied.find((part) => present.has(keyOf(part)));
  if (contrary) return contrary;
  const now = { present, absent, languages };
  for (const part of parts) {
    const found = 'any' in part ? findContradiction(part, now) : undefined;
    if (found) return found;
  }
  return undefined;
}

function contradicts(leaf: Query, { absent, languages }: Known): boolean {
  if ('language' in leaf && languages.some((other) => !areCompatible(leaf.language, other))) return true;
  return absent.size > 0 && impliedBy(leaf).some((one) => absent.has(keyOf(one)));
}

function alternatives(query: Query): readonly Query[] {
  return 'any' in query ? query.any.flatMap(alternatives) : [query];
}

/** "de" and "de-at". */
function areCompatible(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`);
}

/** What holds wherever this does: itself; without title:, the exact form, the quotes; what NEAR is of. */
function impliedBy(leaf: Query): Query[] {
  if ('near' in leaf) return [leaf, ...leaf.of.filter((part) => 'term' in part).flatMap(impliedBy)];
  const anywhere = 'in' in leaf && leaf.in === 'title' ? [leaf, withoutField(leaf)] : [leaf];
  return anywhere.flatMap((one) => {
    if (!('term' in one) || one.term.prefix) return [one];
    const { text, quoted, exact } = one.term;
    const forms = [
      one.term,
      ...(exact ? [{ text, quoted: true as const }] : []),
      ...(exact || quoted ? [{ text }] : []),
    ];
    return forms.map((term) => ({ ...one, term }));
  });
}

function withoutField({ in: _, ...anywhere }: Extract<Query, { in?: ItemField }>): Query {
  return anywhere;
}
