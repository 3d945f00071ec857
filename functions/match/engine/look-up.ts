import { BEGINS, ENTRY_SHIFT, type Lexicon, MAX_WITH_FORMS } from './lexicon.ts';
import { FIRST_HASH, MOST_WORDS, SECOND_HASH } from './scan.ts';
import { PLACE, PLACE_SHIFT } from './table.ts';

/** The entry of each word of the text that was scanned. */
export const ENTRIES_AT = new Int32Array(MOST_WORDS + 1);
/** The places of words that begin what something asks for. */
export const ASKED = new Int32Array(MOST_WORDS + 1);

const firsts = FIRST_HASH;
const seconds = SECOND_HASH;
const entriesAt = ENTRIES_AT;
const asked = ASKED;

/** Finds the entry of every word, learning of those that are new. Gives the count of those in ASKED. */
export function lookUp(lexicon: Lexicon, end: number): number {
  if (end > MAX_WITH_FORMS) return lookUpMany(lexicon, end);
  let count = 0;
  let { places, shift } = lexicon.words;
  let mask = places.length - 1;
  for (let place = 0; place < end; place = (place + 1) | 0) {
    const first = firsts[place] as number;
    const second = seconds[place] as number;
    let at = (Math.imul(first ^ second, 0x9e37_79b1) >>> shift) << PLACE_SHIFT;
    let value = places[at + 2] as number;
    while (value !== 0 && (places[at] !== first || places[at + 1] !== second)) {
      at = (at + PLACE) & mask;
      value = places[at + 2] as number;
    }
    if (value === 0) {
      value = lexicon.learn(place);
      ({ places, shift } = lexicon.words);
      mask = places.length - 1;
    }
    entriesAt[place] = value >> ENTRY_SHIFT;
    asked[count] = place;
    count = (count + ((value & BEGINS) >> 1)) | 0;
  }
  return count;
}

/** The same, of so many words that different ones must be counted. */
function lookUpMany(lexicon: Lexicon, end: number): number {
  let count = 0;
  for (let place = 0; place < end; place = (place + 1) | 0) {
    const value = lexicon.read(place);
    entriesAt[place] = value >> ENTRY_SHIFT;
    asked[count] = place;
    count = (count + ((value & BEGINS) >> 1)) | 0;
  }
  return count;
}
