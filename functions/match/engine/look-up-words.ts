import { SLOT_SHIFT, SLOT_SIZE } from './hash-table.ts';
import { FIRST_HASH, MAX_WORDS, SECOND_HASH } from './scan-field.ts';
import { BEGINS_TERM, ENTRY_SHIFT, MAX_WORDS_WITH_FORMS, type WordCache } from './word-cache.ts';

/** The entry of each word of the text that was scanned. */
export const ENTRIES_AT = new Int32Array(MAX_WORDS + 1);
/** The places of words that begin what something asks for. */
export const TERM_BEGINNINGS = new Int32Array(MAX_WORDS + 1);

const firsts = FIRST_HASH;
const seconds = SECOND_HASH;
const entriesAt = ENTRIES_AT;
const asked = TERM_BEGINNINGS;

/** Finds the entry of every word, learning of those that are new. Gives the count of those in ASKED. */
export function lookUpWords(lexicon: WordCache, end: number): number {
  if (end > MAX_WORDS_WITH_FORMS) return lookUpManyWords(lexicon, end);
  let count = 0;
  let { slots, shift } = lexicon.words;
  let mask = slots.length - 1;
  for (let place = 0; place < end; place = (place + 1) | 0) {
    const first = firsts[place] as number;
    const second = seconds[place] as number;
    let at = (Math.imul(first ^ second, 0x9e37_79b1) >>> shift) << SLOT_SHIFT;
    let value = slots[at + 2] as number;
    while (value !== 0 && (slots[at] !== first || slots[at + 1] !== second)) {
      at = (at + SLOT_SIZE) & mask;
      value = slots[at + 2] as number;
    }
    if (value === 0) {
      value = lexicon.add(place);
      ({ slots, shift } = lexicon.words);
      mask = slots.length - 1;
    }
    entriesAt[place] = value >> ENTRY_SHIFT;
    asked[count] = place;
    count = (count + ((value & BEGINS_TERM) >> 1)) | 0;
  }
  return count;
}

/** The same, of so many words that different ones must be counted. */
function lookUpManyWords(lexicon: WordCache, end: number): number {
  let count = 0;
  for (let place = 0; place < end; place = (place + 1) | 0) {
    const value = lexicon.lookUp(place);
    entriesAt[place] = value >> ENTRY_SHIFT;
    asked[count] = place;
    count = (count + ((value & BEGINS_TERM) >> 1)) | 0;
  }
  return count;
}
