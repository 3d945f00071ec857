import { MAX_CLAUSES, MAX_DEPTH, MAX_LENGTH, MAX_PATTERNS } from './limits.ts';
import { type Place, QueryError } from './query-error.ts';

/** How much of what is limited a topic, or a set of terms, has used. */
export class Budget {
  length = 0;
  clauses = 0;
  patterns = 0;
  /** Of the deepest place. */
  depth = 0;

  /** Throws QueryError, at the place where it becomes too much. */
  spend(place: Place, { length = 0, clauses = 0, patterns = 0 }: Partial<Budget>): void {
    this.length += length;
    this.clauses += clauses;
    this.patterns += patterns;
    this.#hold('characters, with its sets', this.length, MAX_LENGTH, place);
    this.#hold('terms, with those of its sets', this.clauses, MAX_CLAUSES, place);
    this.#hold('patterns', this.patterns, MAX_PATTERNS, place);
  }

  descend(place: Place, depth: number): void {
    this.depth = Math.max(this.depth, depth);
    this.#hold('parentheses, fields and sets within each other', this.depth, MAX_DEPTH, place);
  }

  #hold(what: string, got: number, most: number, place: Place): void {
    if (got <= most) return;
    throw new QueryError(
      `expected at most ${most} ${what}, got ${got}`,
      place,
      'make several topics of it, or leave out what others cover',
    );
  }
}
