import { QueryError, type QuerySpan } from './query-error.ts';

/** Counts how much of each limit a topic or a term set uses. */
export class Budget {
  length = 0;
  clauses = 0;
  patterns = 0;
  /** Depth of the deepest nesting. */
  depth = 0;

  /** Adds to the amounts used. Throws QueryError at the given span if a limit is exceeded. */
  spend(span: QuerySpan, { length = 0, clauses = 0, patterns = 0 }: Partial<Budget>): void {
    this.length += length;
    this.clauses += clauses;
    this.patterns += patterns;
    this.#enforce('characters, including its sets', this.length, MAX_LENGTH, span);
    this.#enforce('terms, including those of its sets', this.clauses, MAX_CLAUSES, span);
    this.#enforce('patterns', this.patterns, MAX_PATTERNS, span);
  }

  descend(span: QuerySpan, depth: number): void {
    this.depth = Math.max(this.depth, depth);
    this.#enforce('nested parentheses, fields and sets', this.depth, MAX_DEPTH, span);
  }

  #enforce(what: string, got: number, max: number, span: QuerySpan): void {
    if (got <= max) return;
    throw new QueryError(
      `expected at most ${max} ${what}, got ${got}`,
      span,
      'split it into several topics, or remove terms that others cover',
    );
  }
}

/** Limits of a topic's query, including its sets. Queries that people write stay far below these limits. */

/** Characters in all texts of a topic. */
export const MAX_LENGTH = 20_000;
/** Nesting of parentheses, fields and sets. */
export const MAX_DEPTH = 20;
/** Terms, patterns, sources and languages. */
const MAX_CLAUSES = 1_000;
export const MAX_PHRASE_WORDS = 20;
/** Every pattern is tried on every text that it may match. */
const MAX_PATTERNS = 5;
export const MAX_PATTERN_LENGTH = 250;
/**
 * Steps of RE2's program. With this many steps, matching the longest texts takes a tenth of a second. Repeats such as
 * {0,200} take many steps.
 */
export const MAX_PATTERN_STEPS = 300;
/** Words between the operands of NEAR. */
export const MAX_NEAR = 100;
