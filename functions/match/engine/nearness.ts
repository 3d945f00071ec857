/** Where the atoms stand that something is to be near of. */
export class Nearness {
  readonly #nears: Int32Array;
  #places: { atom: number; field: number; start: number; end: number }[] = [];
  #titleEnd = 0;
  #summaryEnd = 0;

  constructor(nears: Int32Array) {
    this.#nears = nears;
  }

  begin(titleEnd: number, summaryEnd: number): void {
    if (this.#places.length > 0) this.#places = [];
    this.#titleEnd = titleEnd;
    this.#summaryEnd = summaryEnd;
  }

  /** From the word at `start` to the word at `end`. */
  note(atom: number, start: number, end: number): void {
    const field = start < this.#titleEnd ? 0 : start < this.#summaryEnd ? 1 : 2;
    this.#places.push({ atom, field, start, end });
  }

  /** Whether, in one field, an atom of one side has at most so many words between it and one of the other. */
  holds(at: number): boolean {
    const nears = this.#nears;
    const distance = nears[at] ?? 0;
    const middle = at + 2 + (nears[at + 1] ?? 0);
    const left = new Set(nears.subarray(at + 2, middle));
    const right = new Set(nears.subarray(middle + 1, middle + 1 + (nears[middle] ?? 0)));
    return this.#follows(left, right, distance) || this.#follows(right, left, distance);
  }

  /** Whether one of `after` begins, after one of `before` has ended, with at most so many words between. */
  #follows(before: ReadonlySet<number>, after: ReadonlySet<number>, distance: number): boolean {
    // Of a place of `after` only the last end before it counts, and places come in the order of their starts: the rows
    // that are still open at a start are kept aside until it is past their end.
    let lastEnd = Number.NEGATIVE_INFINITY;
    let lastField = -1;
    let open: { end: number; field: number }[] = [];
    for (const { atom, field, start, end } of this.#places) {
      if (open.length > 0) {
        const still: typeof open = [];
        for (const row of open) {
          if (row.end >= start) still.push(row);
          else if (row.end > lastEnd) ({ end: lastEnd, field: lastField } = row);
        }
        open = still;
      }
      if (after.has(atom) && lastField === field && start - lastEnd - 1 <= distance) return true;
      if (before.has(atom)) open.push({ end, field });
    }
    return false;
  }
}
