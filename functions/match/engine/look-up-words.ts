import { SLOT_SHIFT, SLOT_SIZE } from './hash-table.ts';
import { FIRST_HASH, MAX_WORDS, SECOND_HASH } from './scan-field.ts';
import { BEGINS_TERM, ENTRY_SHIFT, MAX_WORDS_WITH_FORMS, type WordCache } from './word-cache.ts';

/** The entry of each word of the scanned text. */
export const ENTRIES_AT = new Int32Array(MAX_WORDS + 1);
/** The positions of words that begin a term. */
export const TERM_BEGINNINGS = new Int32Array(MAX_WORDS + 1);

const firsts = FIRST_HASH;
const seconds = SECOND_HASH;
const entriesAt = ENTRIES_AT;
const termBeginnings = TERM_BEGINNINGS;

/**
 * Looks up the entry of every word, and adds new words to the cache. Returns the number of positions in
 * TERM_BEGINNINGS.
 */
export function lookUpWords(cache: WordCache, end: number): number {
  if (end > MAX_WORDS_WITH_FORMS) return lookUpManyWords(cache, end);
  let count = 0;
  let { slots, shift } = cache.words;
  let mask = slots.length - 1;
  for (let position = 0; position < end; position = (position + 1) | 0) {
    const first = firsts[position] as number;
    const second = seconds[position] as number;
    let at = (Math.imul(first ^ second, 0x9e37_79b1) >>> shift) << SLOT_SHIFT;
    let value = slots[at + 2] as number;
    while (value !== 0 && (slots[at] !== first || slots[at + 1] !== second)) {
      at = (at + SLOT_SIZE) & mask;
      value = slots[at + 2] as number;
    }
    if (value === 0) {
      value = cache.add(position);
      ({ slots, shift } = cache.words);
      mask = slots.length - 1;
    }
    entriesAt[position] = value >> ENTRY_SHIFT;
    termBeginnings[count] = position;
    count = (count + ((value & BEGINS_TERM) >> 1)) | 0;
  }
  return count;
}

/** Looks up the words of a text that has so many of them that distinct words must be counted. */
function lookUpManyWords(cache: WordCache, end: number): number {
  let count = 0;
  for (let position = 0; position < end; position = (position + 1) | 0) {
    const value = cache.lookUp(position);
    entriesAt[position] = value >> ENTRY_SHIFT;
    termBeginnings[count] = position;
    count = (count + ((value & BEGINS_TERM) >> 1)) | 0;
  }
  return count;
}
