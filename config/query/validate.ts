import type { ItemField, Query } from '../../functions/shared/model.ts';
import { keyOf, partsOf } from './combine.ts';
import { QueryError, textAt } from './query-error.ts';
import type { SpanMap } from './span-map.ts';

/** Throws QueryError for a query that nearly every item would match. */
export function refuseUnbounded(query: Query, spans: SpanMap): void {
  const part = findUnbounded(query);
  if (!part) return;
  const span = spans.of(part);
  throw new QueryError(
    part === query
      ? `expected something to look for, got only ${textAt(span)}, which nearly everything matches`
      : `expected something to look for in every alternative, got ${textAt(span)}, which nearly everything matches`,
    span,
    part === query
      ? 'add something to look for: storm -hail'
      : 'add something to look for to this alternative, or write (one OR other) -word',
  );
}

/** Returns the part that is true for an item without any of the words, or undefined. */
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

/** Throws QueryError if it is evident that the query, or one of its alternatives, never matches. */
export function refuseContradiction(query: Query, spans: SpanMap): void {
  if (!mayContradict(query)) return;
  const part =
    findContradiction(query, NOTHING_KNOWN) ??
    ('not' in query ? undefined : findContradictionInParts(query, spans));
  if (!part) return;
  const span = spans.of(part);
  throw new QueryError(
    `expected conditions that can be met together, got ${textAt(span)}, which contradicts another one`,
    span,
    'remove one of the two, or write OR between alternatives',
  );
}

/** Returns false for most queries, which need no further checks. */
function mayContradict(query: Query): boolean {
  return 'not' in query || 'language' in query || partsOf(query).some(mayContradict);
}

function findContradictionInParts(query: Query, spans: SpanMap): Query | undefined {
  for (const part of partsOf(query)) {
    if ('not' in part || 'near' in part) continue;
    const found = findContradiction(part, NOTHING_KNOWN) ?? findContradictionInParts(part, spans);
    if (found) return found;
  }
  return undefined;
}

/**
 * The facts that are certain when a part is evaluated: keys of the queries that must be true, keys of those that must be
 * false, and the required languages.
 */
interface Known {
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  readonly languages: readonly string[];
}
const NOTHING_KNOWN: Known = { present: new Set(), absent: new Set(), languages: [] };

/**
 * Returns a part that contradicts what is known, or undefined. Finds the contradictions that people are likely to
 * write, not all.
 */
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
  const excluded = parts.flatMap((part) => ('not' in part ? alternatives(part.not) : []));
  for (const part of excluded) absent.add(keyOf(part));
  for (const part of parts) {
    if ('any' in part || 'not' in part || 'all' in part) continue;
    if (contradicts(part, { present, absent, languages })) return part;
    for (const one of impliedBy(part)) present.add(keyOf(one));
    if ('language' in part) languages.push(part.language);
  }
  const contradicted = excluded.find((part) => present.has(keyOf(part)));
  if (contradicted) return contradicted;
  const knownHere = { present, absent, languages };
  for (const part of parts) {
    const found = 'any' in part ? findContradiction(part, knownHere) : undefined;
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

/** "de" is compatible with "de-at". */
function areCompatible(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}-`) || b.startsWith(`${a}-`);
}

/**
 * Returns the queries that are true whenever this one is: the query itself; the same without title:, or not exact, or
 * unquoted; and the operands of NEAR.
 */
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
