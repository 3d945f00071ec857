/** Where the atoms stand that something is to be near of, in the order of their first words. */
export class Proximity {
  readonly #proximities: Int32Array;
  #atoms = new Int32Array(64);
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #count = 0;
  #titleEnd = 0;
  #summaryEnd = 0;

  constructor(proximities: Int32Array) {
    this.#proximities = proximities;
  }

  startItem(titleEnd: number, summaryEnd: number): void {
    this.#count = 0;
    this.#titleEnd = titleEnd;
    this.#summaryEnd = summaryEnd;
  }

  /** From the word at `start` to the word at `end`. */
  add(atom: number, start: number, end: number): void {
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
    const proximities = this.#proximities;
    const distance = proximities[at] as number;
    const left = at + 2;
    const leftEnd = left + (proximities[at + 1] as number);
    const right = leftEnd + 1;
    const rightEnd = right + (proximities[leftEnd] as number);
    const [ofLeft, ofRight] = [new Side(), new Side()];
    let fieldEnd = 0;
    for (let n = 0; n < this.#count; n++) {
      const atom = this.#atoms[n] as number;
      const start = this.#starts[n] as number;
      if (start >= fieldEnd) {
        fieldEnd = this.#endOfField(start);
        ofLeft.startField();
        ofRight.startField();
      }
      // An atom may stand on both sides.
      const isLeft = isAmong(proximities, left, leftEnd, atom);
      const isRight = isAmong(proximities, right, rightEnd, atom);
      if (isLeft && start - ofRight.lastBefore(start) - 1 <= distance) return true;
      if (isRight && start - ofLeft.lastBefore(start) - 1 <= distance) return true;
      const end = this.#ends[n] as number;
      if (isLeft) ofLeft.add(end);
      if (isRight) ofRight.add(end);
    }
    return false;
  }

  /** The first place behind the field that a place is in. */
  #endOfField(place: number): number {
    if (place < this.#titleEnd) return this.#titleEnd;
    return place < this.#summaryEnd ? this.#summaryEnd : Number.POSITIVE_INFINITY;
  }
}

/** Where, in a field, the atoms of one side ended. */
class Side {
  #last = Number.NEGATIVE_INFINITY;
  /** Ends of those that may reach beyond the place at hand: few, as rows of words are short. */
  #open: number[] = [];

  startField(): void {
    this.#last = Number.NEGATIVE_INFINITY;
    this.#open = [];
  }

  add(end: number): void {
    this.#open.push(end);
  }

  /** The last end before a place; places only rise. */
  lastBefore(place: number): number {
    if (this.#open.length > 0) {
      for (const end of this.#open) if (end < place && end > this.#last) this.#last = end;
      this.#open = this.#open.filter((end) => end >= place);
    }
    return this.#last;
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
