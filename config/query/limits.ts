import { QueryError, type QuerySpan } from './query-error.ts';

/** How much of what is limited a topic, or a set of terms, has used. */
export class Budget {
  length = 0;
  clauses = 0;
  patterns = 0;
  /** Of the deepest place. */
  depth = 0;

  /** Throws QueryError, at the place where it becomes too much. */
  spend(place: QuerySpan, { length = 0, clauses = 0, patterns = 0 }: Partial<Budget>): void {
    this.length += length;
    this.clauses += clauses;
    this.patterns += patterns;
    this.#hold('characters, with its sets', this.length, MAX_LENGTH, place);
    this.#hold('terms, with those of its sets', this.clauses, MAX_CLAUSES, place);
    this.#hold('patterns', this.patterns, MAX_PATTERNS, place);
  }

  descend(place: QuerySpan, depth: number): void {
    this.depth = Math.max(this.depth, depth);
    this.#hold('parentheses, fields and sets within each other', this.depth, MAX_DEPTH, place);
  }

  #hold(what: string, got: number, most: number, place: QuerySpan): void {
    if (got <= most) return;
    throw new QueryError(
      `expected at most ${most} ${what}, got ${got}`,
      place,
      'make several topics of it, or leave out what others cover',
    );
  }
}

/** What a topic's query may hold, its sets included; what a person writes stays far below. */

/** Characters of all of its texts. */
export const MAX_LENGTH = 20_000;
/** Parentheses, fields and sets within each other. */
export const MAX_DEPTH = 20;
/** Terms, patterns, sources and languages. */
export const MAX_CLAUSES = 1_000;
export const MAX_PHRASE_WORDS = 20;
/** Every pattern is tried on every text that it could be in. */
export const MAX_PATTERNS = 5;
export const MAX_PATTERN_LENGTH = 250;
/** Of RE2's program for it. The longest texts take a tenth of a second for so many, and repeats such as {0,200} make many. */
export const MAX_PATTERN_STEPS = 300;
/** Words between the two of NEAR. */
export const MAX_NEAR = 100;
