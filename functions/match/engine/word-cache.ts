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

/**
 * The value of a word in the table: the index of its entry, shifted left by ENTRY_SHIFT; whether it begins a term;
 * and IS_KNOWN.
 */
export const ENTRY_SHIFT = 2;
export const BEGINS_TERM = 2;
const IS_KNOWN = 1;
/**
 * More words than one language uses in a day's news. Above this, the cache is cleared before the next item. About 3
 * MB.
 */
const MAX_WORDS = 60_000;
const MAX_COMPOUNDS = 30_000;

/**
 * Maximum distinct words per item whose other forms and spellings are looked up. Even the longest articles have
 * fewer. Words after these match only as they are written.
 */
export const MAX_WORDS_WITH_FORMS = 4_000;

/** Integers per key in an entry. */
export const KEY_SIZE = 3;

/**
 * Caches the keys of words seen in texts of one language. The keys of a word are searched for once, and afterwards
 * found by its two hashes. An entry is the number of keys and, for each key, its id with flags, the start of its
 * postings, and its title term or -1. Words without keys have entry 0.
 */
export class WordCache {
  readonly words = new HashTable();
  /** Kept apart from the words because words are looked up far more often. */
  readonly #compounds = new HashTable();
  entries: Int32Array = new Int32Array(1 << 10);
  /** Finds the compounds of a text with their entries. */
  readonly compounds = new CompoundFinder((compound, hashes) => this.#entryOfCompound(compound, hashes));
  #used = 1;
  /** The number of the current item, which marks its words, and the number of words marked. */
  #itemNumber = 0;
  #itemWords = 0;
  readonly #language: string | undefined;
  readonly #termTable: TermTable;
  readonly #topics: EncodedTopics;
  readonly #titleTerm: (term: number) => number;

  constructor(
    topics: EncodedTopics,
    termTable: TermTable,
    titleTerm: (term: number) => number,
    language: string | undefined,
  ) {
    this.#topics = topics;
    this.#termTable = termTable;
    this.#titleTerm = titleTerm;
    this.#language = language;
    this.#clear();
  }

  #clear(): void {
    this.words.clear();
    this.#compounds.clear();
    this.compounds.clear();
    this.#used = 1;
    // The hashes between two fields, where there is no word.
    this.words.add(0, 0, IS_KNOWN);
  }

  /**
   * Prepares for the next item. Clears the cache if it is full, because entries must not move while an item is
   * matched.
   */
  startItem(): void {
    this.#itemNumber++;
    this.#itemWords = 0;
    if (this.words.count > MAX_WORDS || this.#compounds.count > MAX_COMPOUNDS) this.#clear();
    this.compounds.startItem();
  }

  /** Adds the word at a position, which must not be in the table. Returns its value. */
  add(position: number): number {
    return this.#addWord(position, firsts[position] as number, seconds[position] as number, true);
  }

  /**
   * Returns the value of the word at a position, adding it if necessary. After MAX_WORDS_WITH_FORMS distinct words of
   * an item, words are added without their other forms.
   */
  lookUp(position: number): number {
    const first = firsts[position] as number;
    const second = seconds[position] as number;
    const { slots } = this.words;
    const at = this.words.offsetOf(first, second);
    const value = slots[at + 2] as number;
    if (value !== 0 && slots[at + 3] === this.#itemNumber) return value;
    if (this.#itemWords < MAX_WORDS_WITH_FORMS) {
      this.#itemWords++;
      if (value === 0) return this.#addWord(position, first, second, true);
      slots[at + 3] = this.#itemNumber;
      return value;
    }
    return this.words.find(first, ~second) || this.#addWord(position, first, ~second, false);
  }

  #addWord(position: number, first: number, second: number, withForms: boolean): number {
    const keys = this.#termTable.keysAt(position, this.#language, withForms);
    const value = this.#entryOf(keys) | IS_KNOWN;
    this.words.add(first, second, value, this.#itemNumber);
    return value;
  }

  #entryOfCompound(compound: Compound, { first, second }: Hashes): number {
    let value = this.#compounds.find(first, second);
    if (value === 0) {
      value = this.#entryOf(this.#termTable.keysOf(compound, this.#language)) | IS_KNOWN;
      this.#compounds.add(first, second, value);
    }
    return value >> ENTRY_SHIFT;
  }

  #entryOf(keys: readonly number[]): number {
    if (keys.length === 0) return 0;
    const entry = this.#used;
    this.#used += 1 + KEY_SIZE * keys.length;
    if (this.#used > this.entries.length) {
      const larger = new Int32Array(Math.max(this.#used, this.entries.length * 2));
      larger.set(this.entries);
      this.entries = larger;
    }
    this.entries[entry] = keys.length;
    let allFlags = 0;
    keys.forEach((found, n) => {
      const key = found & ID_MASK;
      const capitals = found & (NEEDS_CAPITAL | NEEDS_CAPITALS);
      const flags =
        ((this.#topics.keyFlags[key] ?? 0) & ~ID_MASK) | capitals | (capitals === 0 ? 0 : IS_CASED);
      const at = entry + 1 + KEY_SIZE * n;
      this.entries[at] = key | flags;
      this.entries[at + 1] = this.#topics.keyStarts[key] ?? 0;
      this.entries[at + 2] = (flags & HAS_TITLE_TERM) === 0 ? -1 : this.#titleTerm(key);
      allFlags |= flags;
    });
    const beginsTerm = (allFlags & (IS_TERM | HAS_TITLE_TERM | IS_PHRASE_PREFIX)) !== 0;
    return (entry << ENTRY_SHIFT) | (beginsTerm ? BEGINS_TERM : 0);
  }
}
