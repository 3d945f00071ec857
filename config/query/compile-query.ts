import type { Query } from '../../functions/shared/model.ts';
import { allOf, anyOf, noneOf } from './combine.ts';
import { Budget } from './limits.ts';
import { nearestName } from './nearest-name.ts';
import { type ParseContext, parseText, type Sets } from './parser.ts';
import { QueryError, type QuerySpan, type QueryText, type QueryWarning } from './query-error.ts';
import { SpanMap } from './span-map.ts';
import { isOneLetter } from './term.ts';
import { refuseContradiction, refuseUnbounded } from './validate.ts';

/** Throws the QueryError for a set that is not defined. */
export function unknownSet(name: string, known: Iterable<string>, span: QuerySpan): never {
  const nearest = nearestName(name, known);
  throw new QueryError(
    `expected a set defined under terms:, got @${name}`,
    span,
    nearest ? `did you mean @${nearest}?` : `define ${name} under terms:, or put "@${name}" in quotes`,
  );
}

/** A query text, or lists of query texts. */
export type QueryTree =
  | QueryText
  | { readonly all: readonly QueryTree[] }
  | { readonly any: readonly QueryTree[] }
  | { readonly none: QueryTree };

export interface CompiledQuery {
  /** Absent if there are faults. */
  readonly query?: Query;
  readonly faults: readonly QueryError[];
  readonly warnings: readonly QueryWarning[];
  readonly spent: Readonly<Budget>;
}

const NO_SETS: Sets = { use: (name, span) => unknownSet(name, [], span) };

/** Compiles one text. Throws QueryError for its first fault. */
export function parseQuery(
  text: string,
  sets = NO_SETS,
): { readonly query: Query; readonly warnings: readonly QueryWarning[] } {
  const { query, faults, warnings } = compileQuery({ text }, sets);
  if (query) return { query, warnings };
  throw faults[0] ?? new TypeError('neither query nor fault');
}

/**
 * Compiles a tree of texts to one query, and collects the first fault of every text. A query `inSet` may be
 * unbounded: "-obituary -crossword" is a valid set of exclusions.
 */
export function compileQuery(tree: QueryTree, sets = NO_SETS, { inSet = false } = {}): CompiledQuery {
  const faults: QueryError[] = [];
  const context: ParseContext = { sets, spans: new SpanMap(), budget: new Budget(), warnings: [] };
  const collectFault = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  const parsed = new Map(
    textsOf(tree).map((source) => [source, collectFault(() => parseText(source, context))]),
  );
  const result = (query?: Query): CompiledQuery => ({
    ...(query && faults.length === 0 ? { query } : {}),
    faults,
    warnings: context.warnings,
    spent: context.budget,
  });
  if (faults.length > 0) return result();
  const query = combineTree(tree, (source) => parsed.get(source));
  collectFault(() => {
    refuseContradiction(query, context.spans);
    if (!inSet) refuseUnbounded(query, context.spans);
  });
  context.warnings.push(...oneLetterWarnings(query, context.spans));
  return result(query);
}

/** Returns the texts of a tree in order. */
export function textsOf(tree: QueryTree): readonly QueryText[] {
  if ('text' in tree) return [tree];
  if ('none' in tree) return textsOf(tree.none);
  return ('all' in tree ? tree.all : tree.any).flatMap(textsOf);
}

function combineTree(tree: QueryTree, parsed: (source: QueryText) => Query | undefined): Query {
  const combinePart = (part: QueryTree) => combineTree(part, parsed);
  if ('all' in tree) return allOf(tree.all.map(combinePart));
  if ('any' in tree) return anyOf(tree.any.map(combinePart));
  if ('none' in tree) return noneOf(combinePart(tree.none));
  const query = parsed(tree);
  if (!query) throw new TypeError('a text that was not parsed');
  return query;
}

/** A single letter needs a warning only if it stands alone, not beside other words as in "vitamin D". */
function oneLetterWarnings(query: Query, spans: SpanMap): QueryWarning[] {
  if ('any' in query) return query.any.flatMap((part) => oneLetterWarnings(part, spans));
  if ('all' in query) {
    const found = query.all.map((part) => oneLetterWarnings(part, spans));
    return query.all.every((part, index) => 'not' in part || found[index]?.length) ? found.flat() : [];
  }
  const isLabel = 'in' in query && query.in !== undefined && query.in !== 'title';
  if (!('term' in query) || isLabel || query.term.exact || !isOneLetter(query.term)) return [];
  const { text } = query.term;
  const [letter = text] = /[\p{L}\p{N}]/u.exec(text) ?? [];
  const capital = letter.toUpperCase();
  return [
    {
      ...spans.of(query),
      message: `${text} matches wherever ${letter} stands alone`,
      suggestion: `add another word to the query${capital === letter.toLowerCase() ? '' : `, or write =${capital} to match only the capital`}`,
    },
  ];
}
