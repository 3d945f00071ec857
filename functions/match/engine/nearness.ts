import { MOST_PHRASE_WORDS } from './codes.ts';

/** Where the atoms stand that something is to be near of, in the order of their first words. */
export class Nearness {
  readonly #nears: Int32Array;
  #atoms = new Int32Array(64);
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #count = 0;
  #titleEnd = 0;
  #summaryEnd = 0;

  constructor(nears: Int32Array) {
    this.#nears = nears;
  }

  begin(titleEnd: number, summaryEnd: number): void {
    this.#count = 0;
    this.#titleEnd = titleEnd;
    this.#summaryEnd = summaryEnd;
  }

  /** From the word at `start` to the word at `end`. */
  note(atom: number, start: number, end: number): void {
    if (this.#count === this.#atoms.length) this.#grow();
    this.#atoms[this.#count] = atom;
    this.#starts[this.#count] = start;
    this.#ends[this.#count++] = end;
  }

  #grow(): void {
    const larger = (numbers: Int32Array) => {
      const grown = new Int32Array(numbers.length * 2);
      grown.set(numbers);
      return grown;
    };
    this.#atoms = larger(this.#atoms);
    this.#starts = larger(this.#starts);
    this.#ends = larger(this.#ends);
  }

  /** Whether, in one field, an atom of one side has at most so many words between it and one of the other. */
  holds(at: number): boolean {
    const nears = this.#nears;
    const distance = nears[at] as number;
    const left = at + 2;
    const leftEnd = left + (nears[at + 1] as number);
    const right = leftEnd + 1;
    const rightEnd = right + (nears[leftEnd] as number);
    for (let n = 0; n < this.#count; n++) {
      const atom = this.#atoms[n] as number;
      // An atom may stand on both sides.
      if (isAmong(nears, left, leftEnd, atom) && this.#follows(n, distance, right, rightEnd)) return true;
      if (isAmong(nears, right, rightEnd, atom) && this.#follows(n, distance, left, leftEnd)) return true;
    }
    return false;
  }

  /** Whether the atom at a place begins, after one of some others has ended, with at most so many words between. */
  #follows(place: number, distance: number, from: number, to: number): boolean {
    const start = this.#starts[place] as number;
    const field = this.#fieldOf(start);
    for (let n = place - 1; n >= 0; n--) {
      const before = this.#starts[n] as number;
      if (start - before > distance + MOST_PHRASE_WORDS || this.#fieldOf(before) !== field) return false;
      const between = start - (this.#ends[n] as number) - 1;
      if (between >= 0 && between <= distance && isAmong(this.#nears, from, to, this.#atoms[n] as number))
        return true;
    }
    return false;
  }

  #fieldOf(place: number): number {
    if (place < this.#titleEnd) return 0;
    return place < this.#summaryEnd ? 1 : 2;
  }
}

/** Of numbers that rise from one place to another. */
function isAmong(numbers: Int32Array, from: number, to: number, wanted: number): boolean {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < to && numbers[low] === wanted;
}
