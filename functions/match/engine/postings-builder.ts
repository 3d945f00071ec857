import { HAS_CLAUSE, HAS_OTHER_POSTINGS, IS_LAST, OP, OP_SHIFT } from './encoding.ts';
import type { TermTableBuilder } from './term-table-builder.ts';

/** What a topic asks for, of atoms. */
export type Clause =
  | { readonly term: number }
  | { readonly regex: number }
  | { readonly near: number; readonly of: readonly [readonly number[], readonly number[]] }
  | { readonly all: readonly Clause[] }
  | { readonly any: readonly Clause[] }
  | { readonly not: Clause };

/** Atoms of which a topic needs at least one, and an estimate of how often texts hold them. */
interface CandidateTerms {
  readonly terms: readonly number[];
  readonly frequency: number;
}

/** Of an atom: topics with their flags, each followed by its program; and where the last of them stands. */
interface PostingList {
  readonly numbers: number[];
  last: number;
}

/**
 * Where topics are looked up, and what they ask for beyond. A topic is filed under its rarest *cover*: a set of atoms
 * without all of which it cannot match. What is left of it when one of those is there is its program.
 */
export class PostingsBuilder {
  readonly #atoms: TermTableBuilder;
  readonly #postings: (PostingList | undefined)[];
  readonly #unfiltered: { readonly topic: number; readonly program: readonly number[] }[] = [];
  readonly #proximities: number[] = [];
  #topics = 0;

  constructor(atoms: TermTableBuilder) {
    this.#atoms = atoms;
    this.#postings = new Array(atoms.count);
  }

  add(clause: Clause | undefined): void {
    const topic = this.#topics++;
    if (!clause) return;
    const cover = this.#coverOf(clause);
    const rest = cover ? remainderOf(clause, cover) : clause;
    const program: number[] = [];
    if (rest) this.#emit(rest, program);
    if (!cover) {
      this.#unfiltered.push({ topic, program });
      return;
    }
    const atoms = new Set(cover.terms);
    const posting = topic | (rest ? HAS_CLAUSE : 0) | (atoms.size > 1 ? HAS_OTHER_POSTINGS : 0);
    for (const atom of atoms) {
      const final = this.#atoms.final(atom);
      const list = this.#postings[final] ?? { numbers: [], last: 0 };
      this.#postings[final] = list;
      list.last = list.numbers.length;
      list.numbers.push(posting, ...program);
    }
  }

  #coverOf(clause: Clause): CandidateTerms | undefined {
    if ('term' in clause) return { terms: [clause.term], frequency: this.#atoms.frequency(clause.term) };
    if ('near' in clause)
      return rarest(clause.of.map((side) => union(side.map((atom) => this.#coverOf({ term: atom })))));
    if ('any' in clause) return union(clause.any.map((part) => this.#coverOf(part)));
    if ('all' in clause) return rarest(clause.all.map((part) => this.#coverOf(part)));
    return undefined;
  }

  #emit(clause: Clause, code: number[]): void {
    if ('term' in clause) code.push(instruction(OP.term, this.#atoms.final(clause.term)));
    else if ('regex' in clause) code.push(instruction(OP.regex, clause.regex));
    else if ('near' in clause) {
      code.push(instruction(OP.near, this.#proximities.length));
      this.#proximities.push(clause.near);
      for (const side of clause.of) {
        const atoms = [...new Set(side)].map((atom) => this.#atoms.final(atom)).sort((a, b) => a - b);
        this.#proximities.push(atoms.length, ...atoms);
      }
    } else if ('not' in clause) {
      if ('term' in clause.not) code.push(instruction(OP.notTerm, this.#atoms.final(clause.not.term)));
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

  /** What is likely to fail is asked first. */
  #rarestFirst(parts: readonly Clause[]): readonly Clause[] {
    const frequency = (part: Clause) => this.#coverOf(part)?.frequency ?? Number.MAX_VALUE;
    return [...parts].sort((a, b) => frequency(a) - frequency(b));
  }

  /** `starts`: where the postings of each atom start. */
  encode() {
    // Postings that start at 0 would look like none.
    const flat: number[] = [0];
    const starts = new Int32Array(this.#postings.length);
    this.#postings.forEach((list, atom) => {
      if (!list) return;
      starts[atom] = flat.length;
      for (const number of list.numbers) flat.push(number);
      flat[flat.length - list.numbers.length + list.last] = (list.numbers[list.last] ?? 0) | IS_LAST;
    });
    const unfiltered = this.#unfiltered.flatMap(({ topic, program }) => [
      topic,
      flat.push(...program) - program.length,
    ]);
    return {
      starts,
      postings: Int32Array.from(flat),
      unfiltered: Int32Array.from(unfiltered),
      proximities: Int32Array.from(this.#proximities),
    };
  }
}

function instruction(op: number, argument: number): number {
  return (op << OP_SHIFT) | argument;
}

function union(covers: readonly (CandidateTerms | undefined)[]): CandidateTerms | undefined {
  const known = covers.filter((cover) => cover !== undefined);
  if (known.length < covers.length) return undefined;
  return {
    terms: known.flatMap(({ terms }) => terms),
    frequency: known.reduce((sum, { frequency }) => sum + frequency, 0),
  };
}

function rarest(covers: readonly (CandidateTerms | undefined)[]): CandidateTerms | undefined {
  const known = covers.filter((cover) => cover !== undefined);
  return known.reduce<CandidateTerms | undefined>(
    (best, cover) => (best && best.frequency <= cover.frequency ? best : cover),
    undefined,
  );
}

/** What has yet to hold when one atom of the cover is there; undefined where nothing has. */
function remainderOf(clause: Clause, { terms }: CandidateTerms): Clause | undefined {
  const covered = new Set(terms);
  const isCovered = (part: Clause): boolean =>
    ('term' in part && covered.has(part.term)) || ('any' in part && part.any.every(isCovered));
  // Of several parts that the cover meets, one atom of it makes only one hold: that which it was made from.
  const made = (part: Clause) => isCovered(part) && termsIn(part).size === covered.size;
  if (made(clause)) return undefined;
  if (!('all' in clause)) return clause;
  const at = clause.all.findIndex(made);
  const rest = clause.all.filter((_, index) => index !== at);
  const [first] = rest;
  return rest.length === 1 && first ? first : { all: rest };
}

function termsIn(clause: Clause): ReadonlySet<number> {
  if ('term' in clause) return new Set([clause.term]);
  return 'any' in clause ? new Set(clause.any.flatMap((part) => [...termsIn(part)])) : new Set();
}
