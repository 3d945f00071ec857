import { HAS_CLAUSE, HAS_OTHER_POSTINGS, IS_LAST, OP, OP_SHIFT } from './encoding.ts';
import type { TermTableBuilder } from './term-table-builder.ts';

/** A topic's query, expressed in terms. */
export type Clause =
  | { readonly term: number }
  | { readonly regex: number }
  | { readonly near: number; readonly of: readonly [readonly number[], readonly number[]] }
  | { readonly all: readonly Clause[] }
  | { readonly any: readonly Clause[] }
  | { readonly not: Clause };

/** Terms of which at least one must be present for a topic to match, with an estimate of how often texts contain one. */
interface CandidateTerms {
  readonly terms: readonly number[];
  readonly frequency: number;
}

/** The postings of a term: topics with flags, each followed by its clause. `last` is the index of the last topic. */
interface PostingList {
  readonly numbers: number[];
  last: number;
}

/**
 * Builds the postings. A topic is filed under its rarest set of candidate terms: it cannot match unless one of them
 * is present. The rest of its query, if any, is stored as a clause.
 */
export class PostingsBuilder {
  readonly #terms: TermTableBuilder;
  readonly #postings: (PostingList | undefined)[];
  readonly #unfiltered: { readonly topic: number; readonly code: readonly number[] }[] = [];
  readonly #proximities: number[] = [];
  #topics = 0;

  constructor(terms: TermTableBuilder) {
    this.#terms = terms;
    this.#postings = new Array(terms.count);
  }

  add(clause: Clause | undefined): void {
    const topic = this.#topics++;
    if (!clause) return;
    const candidates = this.#candidatesOf(clause);
    const rest = candidates ? remainderOf(clause, candidates) : clause;
    const code: number[] = [];
    if (rest) this.#emit(rest, code);
    if (!candidates) {
      this.#unfiltered.push({ topic, code });
      return;
    }
    const terms = new Set(candidates.terms);
    const posting = topic | (rest ? HAS_CLAUSE : 0) | (terms.size > 1 ? HAS_OTHER_POSTINGS : 0);
    for (const term of terms) {
      const final = this.#terms.finalId(term);
      const list = this.#postings[final] ?? { numbers: [], last: 0 };
      this.#postings[final] = list;
      list.last = list.numbers.length;
      list.numbers.push(posting, ...code);
    }
  }

  #candidatesOf(clause: Clause): CandidateTerms | undefined {
    if ('term' in clause) return { terms: [clause.term], frequency: this.#terms.frequency(clause.term) };
    if ('near' in clause)
      return rarest(clause.of.map((side) => union(side.map((term) => this.#candidatesOf({ term: term })))));
    if ('any' in clause) return union(clause.any.map((part) => this.#candidatesOf(part)));
    if ('all' in clause) return rarest(clause.all.map((part) => this.#candidatesOf(part)));
    return undefined;
  }

  #emit(clause: Clause, code: number[]): void {
    if ('term' in clause) code.push(instruction(OP.term, this.#terms.finalId(clause.term)));
    else if ('regex' in clause) code.push(instruction(OP.regex, clause.regex));
    else if ('near' in clause) {
      code.push(instruction(OP.near, this.#proximities.length));
      this.#proximities.push(clause.near);
      for (const side of clause.of) {
        const terms = [...new Set(side)].map((term) => this.#terms.finalId(term)).sort((a, b) => a - b);
        this.#proximities.push(terms.length, ...terms);
      }
    } else if ('not' in clause) {
      if ('term' in clause.not) code.push(instruction(OP.notTerm, this.#terms.finalId(clause.not.term)));
      else this.#emitGroup(OP.not, [clause.not], code);
    } else if ('any' in clause) {
      this.#emitGroup(clause.any.every((part) => 'term' in part) ? OP.anyTerm : OP.any, clause.any, code);
    } else this.#emitGroup(OP.all, this.#rarestFirst(clause.all), code);
  }

  #emitGroup(op: number, parts: readonly Clause[], code: number[]): void {
    const head = code.length;
    code.push(0);
    for (const part of parts) this.#emit(part, code);
    code[head] = instruction(op, code.length - head - 1);
  }

  /** Sorts the parts so that those most likely to fail are evaluated first. */
  #rarestFirst(parts: readonly Clause[]): readonly Clause[] {
    const frequency = (part: Clause) => this.#candidatesOf(part)?.frequency ?? Number.MAX_VALUE;
    return [...parts].sort((a, b) => frequency(a) - frequency(b));
  }

  /** Returns the sections of the encoded topics. `starts` is the start of each term's postings. */
  encode() {
    // Start 0 means "no postings", so the first integer is unused.
    const integers: number[] = [0];
    const starts = new Int32Array(this.#postings.length);
    this.#postings.forEach((list, term) => {
      if (!list) return;
      starts[term] = integers.length;
      for (const number of list.numbers) integers.push(number);
      integers[integers.length - list.numbers.length + list.last] = (list.numbers[list.last] ?? 0) | IS_LAST;
    });
    const unfiltered = this.#unfiltered.flatMap(({ topic, code }) => [
      topic,
      integers.push(...code) - code.length,
    ]);
    return {
      starts,
      postings: Int32Array.from(integers),
      unfiltered: Int32Array.from(unfiltered),
      proximities: Int32Array.from(this.#proximities),
    };
  }
}

function instruction(op: number, argument: number): number {
  return (op << OP_SHIFT) | argument;
}

function union(lists: readonly (CandidateTerms | undefined)[]): CandidateTerms | undefined {
  const known = lists.filter((candidates) => candidates !== undefined);
  if (known.length < lists.length) return undefined;
  return {
    terms: known.flatMap(({ terms }) => terms),
    frequency: known.reduce((sum, { frequency }) => sum + frequency, 0),
  };
}

function rarest(lists: readonly (CandidateTerms | undefined)[]): CandidateTerms | undefined {
  const known = lists.filter((candidates) => candidates !== undefined);
  return known.reduce<CandidateTerms | undefined>(
    (best, candidates) => (best && best.frequency <= candidates.frequency ? best : candidates),
    undefined,
  );
}

/** Returns what remains to be evaluated if one of the candidate terms is present, or undefined if nothing does. */
function remainderOf(clause: Clause, { terms }: CandidateTerms): Clause | undefined {
  const covered = new Set(terms);
  const isCovered = (part: Clause): boolean =>
    ('term' in part && covered.has(part.term)) || ('any' in part && part.any.every(isCovered));
  // If several parts consist of candidate terms, a single term makes only one of them true: the part that contains
  // all candidates.
  const isMetByOneTerm = (part: Clause) => isCovered(part) && termsIn(part).size === covered.size;
  if (isMetByOneTerm(clause)) return undefined;
  if (!('all' in clause)) return clause;
  const at = clause.all.findIndex(isMetByOneTerm);
  const rest = clause.all.filter((_, index) => index !== at);
  const [first] = rest;
  return rest.length === 1 && first ? first : { all: rest };
}

function termsIn(clause: Clause): ReadonlySet<number> {
  if ('term' in clause) return new Set([clause.term]);
  return 'any' in clause ? new Set(clause.any.flatMap((part) => [...termsIn(part)])) : new Set();
}
