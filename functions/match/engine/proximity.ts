/** Records where the operands of NEAR occur in an item, ordered by their first words. */
export class Proximity {
  readonly #proximities: Int32Array;
  #terms = new Int32Array(64);
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #count = 0;
  #titleEnd = 0;
  #summaryEnd = 0;
  #contentEnd = 0;

  constructor(proximities: Int32Array) {
    this.#proximities = proximities;
  }

  startItem(titleEnd: number, summaryEnd: number, contentEnd: number): void {
    this.#count = 0;
    this.#titleEnd = titleEnd;
    this.#summaryEnd = summaryEnd;
    this.#contentEnd = contentEnd;
  }

  /** Records a term from the word at `start` to the word at `end`. */
  add(term: number, start: number, end: number): void {
    if (this.#count === this.#terms.length) this.#grow();
    this.#terms[this.#count] = term;
    this.#starts[this.#count] = start;
    this.#ends[this.#count++] = end;
  }

  #grow(): void {
    const larger = (numbers: Int32Array) => {
      const grown = new Int32Array(numbers.length * 2);
      grown.set(numbers);
      return grown;
    };
    this.#terms = larger(this.#terms);
    this.#starts = larger(this.#starts);
    this.#ends = larger(this.#ends);
  }

  /**
   * Returns whether a field contains a term of each side with at most the given distance between them, in words.
   * `index` is the start of the operands in the section `proximities`.
   */
  holds(index: number): boolean {
    const proximities = this.#proximities;
    const distance = proximities[index] as number;
    const left = index + 2;
    const leftEnd = left + (proximities[index + 1] as number);
    const right = leftEnd + 1;
    const rightEnd = right + (proximities[leftEnd] as number);
    const [leftEnds, rightEnds] = [new SideEnds(), new SideEnds()];
    let fieldEnd = 0;
    for (let n = 0; n < this.#count; n++) {
      const term = this.#terms[n] as number;
      const start = this.#starts[n] as number;
      if (start >= fieldEnd) {
        fieldEnd = this.#endOfField(start);
        leftEnds.startField();
        rightEnds.startField();
      }
      // A term may be on both sides.
      const isLeft = includesSorted(proximities, left, leftEnd, term);
      const isRight = includesSorted(proximities, right, rightEnd, term);
      if (isLeft && start - rightEnds.lastBefore(start) - 1 <= distance) return true;
      if (isRight && start - leftEnds.lastBefore(start) - 1 <= distance) return true;
      const end = this.#ends[n] as number;
      if (isLeft) leftEnds.add(end);
      if (isRight) rightEnds.add(end);
    }
    return false;
  }

  /** Returns the position after the field that contains a position. */
  #endOfField(position: number): number {
    if (position < this.#titleEnd) return this.#titleEnd;
    if (position < this.#summaryEnd) return this.#summaryEnd;
    return position < this.#contentEnd ? this.#contentEnd : Number.POSITIVE_INFINITY;
  }
}

/** Where the terms of one side ended in the current field. */
class SideEnds {
  #last = Number.NEGATIVE_INFINITY;
  /** Ends of terms that may extend beyond the current position. There are few, because phrases are short. */
  #open: number[] = [];

  startField(): void {
    this.#last = Number.NEGATIVE_INFINITY;
    this.#open = [];
  }

  add(end: number): void {
    this.#open.push(end);
  }

  /** Returns the last end before a position. Positions must not decrease between calls. */
  lastBefore(position: number): number {
    if (this.#open.length > 0) {
      for (const end of this.#open) if (end < position && end > this.#last) this.#last = end;
      this.#open = this.#open.filter((end) => end >= position);
    }
    return this.#last;
  }
}

/** Returns whether a sorted range of numbers contains a number. */
function includesSorted(numbers: Int32Array, from: number, to: number, wanted: number): boolean {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low < to && numbers[low] === wanted;
}
