import type { Query } from '../../functions/shared/model.ts';
import { allOf, anyOf, noneOf } from './combine.ts';
import { Budget } from './limits.ts';
import { nearestName } from './nearest-name.ts';
import { type ParseContext, parseText, type Sets } from './parser.ts';
import { QueryError, type QuerySpan, type QueryText, type QueryWarning } from './query-error.ts';
import { SpanMap } from './span-map.ts';
import { isOneLetter } from './term.ts';
import { refuseContradiction, refuseUnbounded } from './validate.ts';

/** Throws what is wrong with the use of a set that is none of the known. */
export function unknownSet(name: string, known: Iterable<string>, place: QuerySpan): never {
  const meant = nearestName(name, known);
  throw new QueryError(
    `expected a set that is defined under terms:, got @${name}`,
    place,
    meant ? `did you mean @${meant}?` : `define ${name} under terms:, or put "@${name}" in quotes`,
  );
}

/** A text, or lists of texts. */
export type QueryTree =
  | QueryText
  | { readonly all: readonly QueryTree[] }
  | { readonly any: readonly QueryTree[] }
  | { readonly none: QueryTree };

export interface CompiledQuery {
  /** Absent where there are faults. */
  readonly query?: Query;
  readonly faults: readonly QueryError[];
  readonly warnings: readonly QueryWarning[];
  readonly spent: Readonly<Budget>;
}

const NO_SETS: Sets = { use: (name, place) => unknownSet(name, [], place) };

/** Compiles one text. Throws QueryError for the first thing wrong with it. */
export function parseQuery(
  text: string,
  sets = NO_SETS,
): { readonly query: Query; readonly warnings: readonly QueryWarning[] } {
  const { query, faults, warnings } = compileQuery({ text }, sets);
  if (query) return { query, warnings };
  throw faults[0] ?? new TypeError('neither query nor fault');
}

/**
 * Compiles texts and lists of texts to one query, with the first fault of every text. What is `inSet` need not make sense
 * alone: "-obituary -crossword" is a set of what to leave out.
 */
export function compileQuery(tree: QueryTree, sets = NO_SETS, { inSet = false } = {}): CompiledQuery {
  const faults: QueryError[] = [];
  const around: ParseContext = { sets, spans: new SpanMap(), budget: new Budget(), warnings: [] };
  const caught = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  const parsed = new Map(textsOf(tree).map((source) => [source, caught(() => parseText(source, around))]));
  const result = (query?: Query): CompiledQuery => ({
    ...(query && faults.length === 0 ? { query } : {}),
    faults,
    warnings: around.warnings,
    spent: around.budget,
  });
  if (faults.length > 0) return result();
  const query = combineTree(tree, (source) => parsed.get(source));
  caught(() => {
    refuseContradiction(query, around.spans);
    if (!inSet) refuseUnbounded(query, around.spans);
  });
  around.warnings.push(...oneLetterWarnings(query, around.spans));
  return result(query);
}

/** The texts of a tree, in their order. */
export function textsOf(tree: QueryTree): readonly QueryText[] {
  if ('text' in tree) return [tree];
  if ('none' in tree) return textsOf(tree.none);
  return ('all' in tree ? tree.all : tree.any).flatMap(textsOf);
}

function combineTree(tree: QueryTree, parsed: (source: QueryText) => Query | undefined): Query {
  const again = (part: QueryTree) => combineTree(part, parsed);
  if ('all' in tree) return allOf(tree.all.map(again));
  if ('any' in tree) return anyOf(tree.any.map(again));
  if ('none' in tree) return noneOf(again(tree.none));
  const query = parsed(tree);
  if (!query) throw new TypeError('a text that was not parsed');
  return query;
}

/** Beside other words, as in "vitamin D", a letter does no harm. */
function oneLetterWarnings(query: Query, places: SpanMap): QueryWarning[] {
  if ('any' in query) return query.any.flatMap((part) => oneLetterWarnings(part, places));
  if ('all' in query) {
    const found = query.all.map((part) => oneLetterWarnings(part, places));
    return query.all.every((part, index) => 'not' in part || found[index]?.length) ? found.flat() : [];
  }
  const isLabel = 'in' in query && query.in !== undefined && query.in !== 'title';
  if (!('term' in query) || isLabel || query.term.exact || !isOneLetter(query.term)) return [];
  const { text } = query.term;
  const [letter = text] = /[\p{L}\p{N}]/u.exec(text) ?? [];
  const capital = letter.toUpperCase();
  return [
    {
      ...places.of(query),
      message: `${text} is found wherever ${letter} stands alone`,
      suggestion: `add a word that stands near it${capital === letter.toLowerCase() ? '' : `, or write =${capital} for the capital alone`}`,
    },
  ];
}
