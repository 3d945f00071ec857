import type { Compound } from '../../shared/text/compounds.ts';
import { CompoundFinder } from './compound-finder.ts';
import type { EncodedTopics } from './encoded-topics.ts';
import {
  HAS_TITLE_TERM,
  ID_MASK,
  IS_CASED,
  IS_PHRASE_PREFIX,
  IS_TERM,
  NEEDS_CAPITAL,
  NEEDS_CAPITALS,
} from './encoding.ts';
import { HashTable } from './hash-table.ts';
import { FIRST_HASH, type Hashes, SECOND_HASH } from './scan-field.ts';
import type { TermTable } from './term-table.ts';

const firsts = FIRST_HASH;
const seconds = SECOND_HASH;

/** What the table of words tells of one: where its entry is (shifted), whether it begins anything, and 1. */
export const ENTRY_SHIFT = 2;
export const BEGINS_TERM = 2;
const IS_KNOWN = 1;
/** A day's news of one language has fewer words; with more, all is forgotten before the next item. About 3 MB. */
const MAX_WORDS = 60_000;
const MAX_COMPOUNDS = 30_000;

/** Different words of an item that may be forms of other words; the longest articles have fewer. Those after them are only themselves. */
export const MAX_WORDS_WITH_FORMS = 4_000;

/** Numbers of a sense in an entry. */
export const KEY_SIZE = 3;

/**
 * What is known of words that texts of one language have held. Of each the senses are found once; from then on a word is
 * two hashes and a look into a table. An entry (0 for what nothing asks for) is a count and, for each sense, its id with its flags, where its
 * postings start, and its title atom (or -1).
 */
export class WordCache {
  readonly words = new HashTable();
  /** Apart from the words, which are looked up far more often. */
  readonly #compounds = new HashTable();
  entries: Int32Array = new Int32Array(1 << 10);
  /** Finds the compounds of a text, with their entries. */
  readonly compounds = new CompoundFinder((compound, hashes) => this.#entryOfCompound(compound, hashes));
  #used = 1;
  /** A number of the item at hand, by which its words are marked, and how many are. */
  #item = 0;
  #marked = 0;
  readonly #language: string | undefined;
  readonly #dictionary: TermTable;
  readonly #topics: EncodedTopics;
  readonly #titleAtom: (atom: number) => number;

  constructor(
    topics: EncodedTopics,
    dictionary: TermTable,
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
    this.words.clear();
    this.#compounds.clear();
    this.compounds.clear();
    this.#used = 1;
    // The hashes of no word: what stands between two fields.
    this.words.add(0, 0, IS_KNOWN);
  }

  /** Before an item: what it learns of words stays where it is until the next one. */
  startItem(): void {
    this.#item++;
    this.#marked = 0;
    if (this.words.count > MAX_WORDS || this.#compounds.count > MAX_COMPOUNDS) this.#forget();
    this.compounds.startItem();
  }

  /** Finds out about the word at a place of the text, which the table does not hold. Gives what the table then tells. */
  add(place: number): number {
    return this.#learn(place, firsts[place] as number, seconds[place] as number, true);
  }

  /** Gives what the table tells of the word at a place: of the first words of an item as `learn`, of those after them without forms. */
  lookUp(place: number): number {
    const first = firsts[place] as number;
    const second = seconds[place] as number;
    const { slots } = this.words;
    const at = this.words.offsetOf(first, second);
    const value = slots[at + 2] as number;
    if (value !== 0 && slots[at + 3] === this.#item) return value;
    if (this.#marked < MAX_WORDS_WITH_FORMS) {
      this.#marked++;
      if (value === 0) return this.#learn(place, first, second, true);
      slots[at + 3] = this.#item;
      return value;
    }
    return this.words.find(first, ~second) || this.#learn(place, first, ~second, false);
  }

  #learn(place: number, first: number, second: number, withForms: boolean): number {
    const senses = this.#dictionary.keysAt(place, this.#language, withForms);
    const value = this.#entryOf(senses) | IS_KNOWN;
    this.words.add(first, second, value, this.#item);
    return value;
  }

  #entryOfCompound(compound: Compound, { first, second }: Hashes): number {
    let value = this.#compounds.find(first, second);
    if (value === 0) {
      value = this.#entryOf(this.#dictionary.keysOf(compound, this.#language)) | IS_KNOWN;
      this.#compounds.add(first, second, value);
    }
    return value >> ENTRY_SHIFT;
  }

  #entryOf(senses: readonly number[]): number {
    if (senses.length === 0) return 0;
    const entry = this.#used;
    this.#used += 1 + KEY_SIZE * senses.length;
    if (this.#used > this.entries.length) {
      const larger = new Int32Array(Math.max(this.#used, this.entries.length * 2));
      larger.set(this.entries);
      this.entries = larger;
    }
    this.entries[entry] = senses.length;
    let all = 0;
    senses.forEach((found, n) => {
      const sense = found & ID_MASK;
      const inCapitals = found & (NEEDS_CAPITAL | NEEDS_CAPITALS);
      const flags =
        ((this.#topics.keyFlags[sense] ?? 0) & ~ID_MASK) | inCapitals | (inCapitals === 0 ? 0 : IS_CASED);
      const at = entry + 1 + KEY_SIZE * n;
      this.entries[at] = sense | flags;
      this.entries[at + 1] = this.#topics.keyStarts[sense] ?? 0;
      this.entries[at + 2] = (flags & HAS_TITLE_TERM) === 0 ? -1 : this.#titleAtom(sense);
      all |= flags;
    });
    const begins = (all & (IS_TERM | HAS_TITLE_TERM | IS_PHRASE_PREFIX)) !== 0;
    return (entry << ENTRY_SHIFT) | (begins ? BEGINS_TERM : 0);
  }
}
