/** Integers per slot: two hashes, a value, and a mark. A slot is within one cache line. */
export const SLOT_SIZE = 4;
export const SLOT_SHIFT = 2;
const MIN_SLOTS = 1 << 10;

/** A hash table from two hashes to a value other than 0. */
export class HashTable {
  slots: Int32Array = new Int32Array(MIN_SLOTS * SLOT_SIZE);
  /** Right shift that turns a hash into a slot. */
  shift = 32 - Math.log2(MIN_SLOTS);
  count = 0;

  clear(): void {
    this.slots.fill(0);
    this.count = 0;
  }

  /** Returns the value of two hashes, or 0 if there is none. */
  find(first: number, second: number): number {
    return this.slots[this.offsetOf(first, second) + 2] as number;
  }

  /** Returns the offset of the slot of two hashes, or else of an empty slot, whose value is 0. */
  offsetOf(first: number, second: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = this.#firstOffset(first, second);
    while (slots[at + 2] !== 0 && (slots[at] !== first || slots[at + 1] !== second))
      at = (at + SLOT_SIZE) & mask;
    return at;
  }

  /** Adds the value of two hashes that are not in the table. */
  add(first: number, second: number, value: number, mark = 0): void {
    if (this.count * 2 >= this.slots.length / SLOT_SIZE) this.#grow();
    this.#insert(first, second, value, mark);
    this.count++;
  }

  #firstOffset(first: number, second: number): number {
    return (Math.imul(first ^ second, 0x9e37_79b1) >>> this.shift) << SLOT_SHIFT;
  }

  #insert(first: number, second: number, value: number, mark: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = this.#firstOffset(first, second);
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
