import { namesInQuery, sourceNames } from '../functions/shared/item-source.ts';
import type { Feed, Query } from '../functions/shared/model.ts';
import { type Fault, printFault } from './faults.ts';
import { codeFrame } from './query/code-frame.ts';
import { leavesOf } from './query/combine.ts';
import { compileQuery, type QueryTree } from './query/compile-query.ts';
import type { QueryError, QueryText, QueryWarning } from './query/query-error.ts';
import { TermSets } from './query/term-sets.ts';
import type { MatchFile, TermsFile } from './schema/schema.ts';
import type { Path, Positions } from './yaml/positions.ts';

export interface CompiledQueries {
  /** The query of each topic of the file; undefined for an invalid one. */
  readonly queries: readonly (Query | undefined)[];
  /** The `urgent` query of each topic; undefined for an invalid one, or if the topic has none. */
  readonly urgent: readonly (Query | undefined)[];
  readonly faults: readonly Fault[];
  readonly warnings: readonly string[];
}

/** The text of a query with its path in the file. */
interface LocatedText extends QueryText {
  readonly path: Path;
}

/** The parts of a file that contain queries. A match is undefined if its shape is wrong, which the schema reports. */
export interface QuerySections {
  readonly terms: Readonly<Record<string, TermsFile>>;
  readonly matches: readonly (MatchFile | undefined)[];
  readonly urgent: readonly (MatchFile | undefined)[];
}

/** Compiles the queries of a file. */
export function compileQueries(
  { terms, matches, urgent }: QuerySections,
  positions: Positions,
): CompiledQueries {
  const sets = termSets(terms);
  const faults = [...sets.faults];
  const warnings = [...sets.warnings];
  const compileAll = (key: 'match' | 'urgent', all: QuerySections['matches']) =>
    all.map((match, index) => {
      if (match === undefined) return undefined;
      const compiled = compileQuery(matchTree(match, ['topics', index, key]), sets);
      faults.push(...compiled.faults);
      warnings.push(...compiled.warnings);
      return compiled.query;
    });
  const queries = compileAll('match', matches);
  const urgentQueries = compileAll('urgent', urgent);
  const located = warnings.map((warning) =>
    locateFault(warning, `${warning.message}; ${warning.suggestion}`, positions),
  );
  const unused = sets.unused.map((name) => ({
    ...positions.faultAtKey(['terms'], name in terms ? name : `@${name}`, `no topic uses @${name}`),
    snippet: undefined,
  }));
  return {
    queries,
    urgent: urgentQueries,
    faults: faults.map((fault) => ({
      ...locateFault(fault, fault.message, positions),
      snippet: [codeFrame(fault), ...commentNote(fault, positions)].join('\n'),
    })),
    warnings: [...located, ...unused].map(printFault),
  };
}

/** Returns the term sets of a file, for a query outside of it. */
export function termSets(terms: QuerySections['terms']): TermSets {
  return new TermSets(setTrees(terms));
}

function setTrees(terms: QuerySections['terms']): Map<string, QueryTree> {
  const trees = Object.entries(terms).map(([key, value]): [string, QueryTree] => [
    key.replace(/^@/, ''),
    clauseTree(value, ['terms', key]),
  ]);
  return new Map(trees);
}

function matchTree(match: MatchFile, path: Path): QueryTree {
  if (typeof match === 'string' || Array.isArray(match)) return clauseTree(match, path);
  const list = (key: 'all' | 'any' | 'none') =>
    (match[key] ?? []).map((entry, index) => clauseTree(entry, [...path, key, index]));
  const parts: QueryTree[] = list('all');
  if (match.any) parts.push({ any: list('any') });
  if (match.none) parts.push({ none: { any: list('none') } });
  return { all: parts };
}

function clauseTree(entry: string | readonly string[], path: Path): QueryTree {
  if (typeof entry !== 'string')
    return { any: entry.map((text, index) => clauseTree(text, [...path, index])) };
  const text: LocatedText = { text: entry, path };
  return text;
}

function locateFault(
  { source, at }: QueryError | QueryWarning,
  message: string,
  positions: Positions,
): Fault {
  return positions.faultInText((source as LocatedText).path, at, message);
}

/** Returns a note if YAML has read the rest of the query as a comment: `flood OR #storm`. */
function commentNote({ source }: QueryError, positions: Positions): string[] {
  const comment = positions.commentAfter((source as LocatedText).path);
  return comment === undefined ? [] : [describeComment(comment)];
}

/** Describes a comment after a query that may be meant as a part of the query. */
export function describeComment(comment: string): string {
  return `YAML reads ${comment} as a comment; put the whole query in quotes if it is part of the query`;
}

/**
 * Returns the sources in queries that match no feed. Such a source may still match items whose own address is on that
 * host.
 */
export function unknownSources(queries: readonly Query[], feeds: readonly Feed[]): string[] {
  const leaves = queries.flatMap((query) => [...leavesOf(query)]);
  const sources = new Set(leaves.flatMap((leaf) => ('source' in leaf ? leaf.source : [])));
  const known = new Set(feeds.flatMap((source) => sourceNames({ source })));
  return [...sources].filter((source) => !namesInQuery(source).some((name) => known.has(name)));
}
