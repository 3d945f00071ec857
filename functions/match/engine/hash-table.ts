/** Numbers of a place: two hashes, what is known, and a mark. All are in one cache line. */
export const SLOT_SIZE = 4;
export const SLOT_SHIFT = 2;
const MIN_SLOTS = 1 << 10;

/** What is known by two hashes: a number, never 0. */
export class HashTable {
  slots: Int32Array = new Int32Array(MIN_SLOTS * SLOT_SIZE);
  /** To have of a hash its place: how far it is shifted. */
  shift = 32 - Math.log2(MIN_SLOTS);
  count = 0;

  clear(): void {
    this.slots.fill(0);
    this.count = 0;
  }

  /** 0 where nothing is known. */
  find(first: number, second: number): number {
    return this.slots[this.offsetOf(first, second) + 2] as number;
  }

  /** Returns where the numbers of two hashes begin; where nothing is known, those there are 0. */
  offsetOf(first: number, second: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = this.#placeOf(first, second);
    while (slots[at + 2] !== 0 && (slots[at] !== first || slots[at + 1] !== second))
      at = (at + SLOT_SIZE) & mask;
    return at;
  }

  /** Of what is not there yet. */
  add(first: number, second: number, value: number, mark = 0): void {
    if (this.count * 2 >= this.slots.length / SLOT_SIZE) this.#grow();
    this.#insert(first, second, value, mark);
    this.count++;
  }

  #placeOf(first: number, second: number): number {
    return (Math.imul(first ^ second, 0x9e37_79b1) >>> this.shift) << SLOT_SHIFT;
  }

  #insert(first: number, second: number, value: number, mark: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = this.#placeOf(first, second);
    while (slots[at + 2] !== 0) at = (at + SLOT_SIZE) & mask;
    slots[at] = first;
    slots[at + 1] = second;
    slots[at + 2] = value;
    slots[at + 3] = mark;
  }

  #grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.shift--;
    for (let at = 0; at < old.length; at += SLOT_SIZE) {
      const value = old[at + 2] as number;
      if (value !== 0) this.#insert(old[at] as number, old[at + 1] as number, value, old[at + 3] as number);
    }
  }
}
