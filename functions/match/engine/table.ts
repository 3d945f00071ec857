/** Numbers of a place: two hashes, what is known, and a mark. All are in one cache line. */
export const PLACE = 4;
export const PLACE_SHIFT = 2;
const FEWEST_PLACES = 1 << 10;

/** What is known by two hashes: a number, never 0. */
export class Table {
  places: Int32Array = new Int32Array(FEWEST_PLACES * PLACE);
  /** To have of a hash its place: how far it is shifted. */
  shift = 32 - Math.log2(FEWEST_PLACES);
  count = 0;

  forget(): void {
    this.places.fill(0);
    this.count = 0;
  }

  /** 0 where nothing is known. */
  find(first: number, second: number): number {
    return this.places[this.at(first, second) + 2] as number;
  }

  /** Returns where the numbers of two hashes begin; where nothing is known, those there are 0. */
  at(first: number, second: number): number {
    const { places } = this;
    const mask = places.length - 1;
    let at = this.#placeOf(first, second);
    while (places[at + 2] !== 0 && (places[at] !== first || places[at + 1] !== second))
      at = (at + PLACE) & mask;
    return at;
  }

  /** Of what is not there yet. */
  add(first: number, second: number, value: number, mark = 0): void {
    if (this.count * 2 >= this.places.length / PLACE) this.#grow();
    this.#insert(first, second, value, mark);
    this.count++;
  }

  #placeOf(first: number, second: number): number {
    return (Math.imul(first ^ second, 0x9e37_79b1) >>> this.shift) << PLACE_SHIFT;
  }

  #insert(first: number, second: number, value: number, mark: number): void {
    const { places } = this;
    const mask = places.length - 1;
    let at = this.#placeOf(first, second);
    while (places[at + 2] !== 0) at = (at + PLACE) & mask;
    places[at] = first;
    places[at + 1] = second;
    places[at + 2] = value;
    places[at + 3] = mark;
  }

  #grow(): void {
    const old = this.places;
    this.places = new Int32Array(old.length * 2);
    this.shift--;
    for (let at = 0; at < old.length; at += PLACE) {
      const value = old[at + 2] as number;
      if (value !== 0) this.#insert(old[at] as number, old[at + 1] as number, value, old[at + 3] as number);
    }
  }
}
