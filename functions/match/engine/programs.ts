import type { Atoms } from './atoms.ts';
import { HAS_OTHERS, HAS_PROGRAM, IS_LAST, OP, OP_SHIFT } from './codes.ts';
import type { Clause } from './compile.ts';

/** Atoms of which a topic needs at least one, and an estimate of how often texts hold them. */
interface Cover {
  readonly atoms: readonly number[];
  readonly frequency: number;
}

/** Of an atom: topics with their flags, each followed by its program; and where the last of them stands. */
interface Postings {
  readonly numbers: number[];
  last: number;
}

/**
 * Where topics are looked up, and what they ask for beyond. A topic is filed under its rarest *cover*: a set of atoms
 * without all of which it cannot match. What is left of it when one of those is there is its program.
 */
export class Programs {
  readonly #atoms: Atoms;
  readonly #postings: (Postings | undefined)[];
  readonly #always: { readonly topic: number; readonly program: readonly number[] }[] = [];
  readonly #nears: number[] = [];
  #topics = 0;

  constructor(atoms: Atoms) {
    this.#atoms = atoms;
    this.#postings = new Array(atoms.count);
  }

  add(clause: Clause | undefined): void {
    const topic = this.#topics++;
    if (!clause) return;
    const cover = this.#coverOf(clause);
    const rest = cover ? beyond(clause, cover) : clause;
    const program: number[] = [];
    if (rest) this.#emit(rest, program);
    if (!cover) {
      this.#always.push({ topic, program });
      return;
    }
    const atoms = new Set(cover.atoms);
    const posting = topic | (rest ? HAS_PROGRAM : 0) | (atoms.size > 1 ? HAS_OTHERS : 0);
    for (const atom of atoms) {
      const final = this.#atoms.final(atom);
      const list = this.#postings[final] ?? { numbers: [], last: 0 };
      this.#postings[final] = list;
      list.last = list.numbers.length;
      list.numbers.push(posting, ...program);
    }
  }

  #coverOf(clause: Clause): Cover | undefined {
    if ('atom' in clause) return { atoms: [clause.atom], frequency: this.#atoms.frequency(clause.atom) };
    if ('near' in clause)
      return rarest(clause.of.map((side) => union(side.map((atom) => this.#coverOf({ atom })))));
    if ('any' in clause) return union(clause.any.map((part) => this.#coverOf(part)));
    if ('all' in clause) return rarest(clause.all.map((part) => this.#coverOf(part)));
    return undefined;
  }

  #emit(clause: Clause, code: number[]): void {
    if ('atom' in clause) code.push(instruction(OP.atom, this.#atoms.final(clause.atom)));
    else if ('regex' in clause) code.push(instruction(OP.regex, clause.regex));
    else if ('near' in clause) {
      code.push(instruction(OP.near, this.#nears.length));
      this.#nears.push(clause.near);
      for (const side of clause.of) {
        const atoms = [...new Set(side)].map((atom) => this.#atoms.final(atom)).sort((a, b) => a - b);
        this.#nears.push(atoms.length, ...atoms);
      }
    } else if ('not' in clause) {
      if ('atom' in clause.not) code.push(instruction(OP.without, this.#atoms.final(clause.not.atom)));
      else this.#emitGroup(OP.not, [clause.not], code);
    } else if ('any' in clause) {
      this.#emitGroup(clause.any.every((part) => 'atom' in part) ? OP.anyAtom : OP.any, clause.any, code);
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
  flatten() {
    // Postings that start at 0 would look like none.
    const flat: number[] = [0];
    const starts = new Int32Array(this.#postings.length);
    this.#postings.forEach((list, atom) => {
      if (!list) return;
      starts[atom] = flat.length;
      for (const number of list.numbers) flat.push(number);
      flat[flat.length - list.numbers.length + list.last] = (list.numbers[list.last] ?? 0) | IS_LAST;
    });
    const always = this.#always.flatMap(({ topic, program }) => [
      topic,
      flat.push(...program) - program.length,
    ]);
    return {
      starts,
      postings: Int32Array.from(flat),
      always: Int32Array.from(always),
      nears: Int32Array.from(this.#nears),
    };
  }
}

function instruction(op: number, argument: number): number {
  return (op << OP_SHIFT) | argument;
}

function union(covers: readonly (Cover | undefined)[]): Cover | undefined {
  const known = covers.filter((cover) => cover !== undefined);
  if (known.length < covers.length) return undefined;
  return {
    atoms: known.flatMap(({ atoms }) => atoms),
    frequency: known.reduce((sum, { frequency }) => sum + frequency, 0),
  };
}

function rarest(covers: readonly (Cover | undefined)[]): Cover | undefined {
  const known = covers.filter((cover) => cover !== undefined);
  return known.reduce<Cover | undefined>(
    (best, cover) => (best && best.frequency <= cover.frequency ? best : cover),
    undefined,
  );
}

/** What has yet to hold when one atom of the cover is there; undefined where nothing has. */
function beyond(clause: Clause, { atoms }: Cover): Clause | undefined {
  const covered = new Set(atoms);
  const isCovered = (part: Clause): boolean =>
    ('atom' in part && covered.has(part.atom)) || ('any' in part && part.any.every(isCovered));
  // Of several parts that the cover meets, one atom of it makes only one hold: that which it was made from.
  const made = (part: Clause) => isCovered(part) && atomsIn(part).size === covered.size;
  if (made(clause)) return undefined;
  if (!('all' in clause)) return clause;
  const at = clause.all.findIndex(made);
  const rest = clause.all.filter((_, index) => index !== at);
  const [first] = rest;
  return rest.length === 1 && first ? first : { all: rest };
}

function atomsIn(clause: Clause): ReadonlySet<number> {
  if ('atom' in clause) return new Set([clause.atom]);
  return 'any' in clause ? new Set(clause.any.flatMap((part) => [...atomsIn(part)])) : new Set();
}
