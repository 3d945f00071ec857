import type { Compound } from '../../shared/text/compounds.ts';
import { GOES_ON, ID, IN_CAPITAL, IN_CAPITALS, IN_TITLE, IS_ATOM, IS_CASED } from './codes.ts';
import type { Dictionary } from './dictionary.ts';
import type { FlatTopics } from './flat.ts';
import { FIRST_HASH, type Hashes, SECOND_HASH } from './scan.ts';

const firsts = FIRST_HASH;
const seconds = SECOND_HASH;

/**
 * Numbers of a place in the table: two hashes; and where the word's entry is (shifted by ENTRY_SHIFT), whether it begins
 * anything (BEGINS), and 1 for a place that is taken. A fourth keeps them in one cache line.
 */
export const PLACE = 4;
export const PLACE_SHIFT = 2;
export const ENTRY_SHIFT = 2;
export const BEGINS = 2;
const TAKEN = 1;
const FEWEST_PLACES = 1 << 12;
/** A day's news of one language has fewer words; with more, all is forgotten before the next item. About 3 MB. */
const MOST_WORDS = 60_000;

/** Numbers of a sense in an entry. */
export const SENSE_SIZE = 3;

/**
 * What is known of words that texts of one language have held. Of each the senses are found once; from then on a word is
 * two hashes and a look into a table. An entry (0 for what nothing asks for) is a count and, for each sense, its id with its flags, where its
 * postings start, and its title atom (or -1).
 */
export class Lexicon {
  table: Int32Array = new Int32Array(FEWEST_PLACES * PLACE);
  /** To have of a hash its place: how far it is shifted. */
  shift = 32 - Math.log2(FEWEST_PLACES);
  entries: Int32Array = new Int32Array(1 << 10);
  #used = 1;
  #words = 0;
  readonly #language: string | undefined;
  readonly #dictionary: Dictionary;
  readonly #topics: FlatTopics;
  readonly #titleAtom: (atom: number) => number;

  constructor(
    topics: FlatTopics,
    dictionary: Dictionary,
    titleAtom: (atom: number) => number,
    language: string | undefined,
  ) {
    this.#topics = topics;
    this.#dictionary = dictionary;
    this.#titleAtom = titleAtom;
    this.#language = language;
    this.#forget();
  }

  #forget(): void {
    this.table.fill(0);
    this.#used = 1;
    this.#words = 0;
    // The hashes of no word: what stands between two fields.
    this.#insert(0, 0, TAKEN);
  }

  /** Before an item: what it learns of words stays where it is until the next one. */
  refresh(): void {
    if (this.#words > MOST_WORDS) this.#forget();
  }

  /** Finds out about the word at a place of the text, which the table does not hold. Gives the third number of its place. */
  learn(place: number): number {
    if (this.#words * 2 >= this.table.length / PLACE) this.#grow();
    const value = this.#entryOf(this.#dictionary.sensesAt(place, this.#language)) | TAKEN;
    this.#insert(firsts[place] as number, seconds[place] as number, value);
    this.#words++;
    return value;
  }

  /** The entry of a compound, by hashes that no word has. */
  entryOf(compound: Compound, { first, second }: Hashes): number {
    const { table } = this;
    const mask = table.length - 1;
    let at = (Math.imul(first ^ second, 0x9e37_79b1) >>> this.shift) * PLACE;
    for (; table[at + 2] !== 0; at = (at + PLACE) & mask) {
      if (table[at] === first && table[at + 1] === second) return (table[at + 2] as number) >> ENTRY_SHIFT;
    }
    if (this.#words * 2 >= table.length / PLACE) this.#grow();
    const value = this.#entryOf(this.#dictionary.sensesOf(compound, this.#language)) | TAKEN;
    this.#insert(first, second, value);
    this.#words++;
    return value >> ENTRY_SHIFT;
  }

  #entryOf(senses: readonly number[]): number {
    if (senses.length === 0) return 0;
    const entry = this.#used;
    this.#used += 1 + SENSE_SIZE * senses.length;
    if (this.#used > this.entries.length) {
      const larger = new Int32Array(Math.max(this.#used, this.entries.length * 2));
      larger.set(this.entries);
      this.entries = larger;
    }
    this.entries[entry] = senses.length;
    let all = 0;
    senses.forEach((found, n) => {
      const sense = found & ID;
      const inCapitals = found & (IN_CAPITAL | IN_CAPITALS);
      const flags =
        ((this.#topics.senseFlags[sense] ?? 0) & ~ID) | inCapitals | (inCapitals === 0 ? 0 : IS_CASED);
      const at = entry + 1 + SENSE_SIZE * n;
      this.entries[at] = sense | flags;
      this.entries[at + 1] = this.#topics.senseStarts[sense] ?? 0;
      this.entries[at + 2] = (flags & IN_TITLE) === 0 ? -1 : this.#titleAtom(sense);
      all |= flags;
    });
    const begins = (all & (IS_ATOM | IN_TITLE | GOES_ON)) !== 0;
    return (entry << ENTRY_SHIFT) | (begins ? BEGINS : 0);
  }

  #insert(first: number, second: number, value: number): void {
    const { table } = this;
    const mask = table.length - 1;
    let at = (Math.imul(first ^ second, 0x9e37_79b1) >>> this.shift) * PLACE;
    while (table[at + 2] !== 0) at = (at + PLACE) & mask;
    table[at] = first;
    table[at + 1] = second;
    table[at + 2] = value;
  }

  #grow(): void {
    const old = this.table;
    this.table = new Int32Array(old.length * 2);
    this.shift--;
    for (let at = 0; at < old.length; at += PLACE) {
      const value = old[at + 2] as number;
      if (value !== 0) this.#insert(old[at] as number, old[at + 1] as number, value);
    }
  }
}
