import { composed, MAX_WORD, type Word, withoutInvisible, wordsOf } from '../../shared/text/words.ts';
import { areCapitals as areCapitalsOf } from '../text/capitals.ts';
import { cachedWords, MAX_FIELD_UNITS } from '../text/item-text.ts';
import { FORMS_COMPOUNDS, IRREGULAR, LOWER, preparePages } from './character-table.ts';

/**
 * Splits texts into words without looking twice at a unit and without a branch: every unit writes what the word would
 * be if it ended here, and only the end of a word moves on to the next place. All arrays are fixed and of the module:
 * that alone halves the time.
 */

export const FIELD_COUNT = 3;
const MAX_UNITS = FIELD_COUNT * (MAX_FIELD_UNITS + 1) + 1;
/** In scripts without spaces every unit can be a word; and each field ends with an empty one. */
export const MAX_WORDS = MAX_UNITS + FIELD_COUNT + 1;

/** Longer words are rare enough to be spelled slowly. */
const MAX_LETTERS = 64;

/** Those of all fields: of each in FIELD_UNITS + 1 places of its own, with 0 after the last. */
export const UNITS = new Uint16Array(MAX_UNITS);
const units = UNITS;
const bytes = Buffer.from(units.buffer);

/** Two hashes of each word: together they are taken for the word itself, where a table says nothing of it. */
export const FIRST_HASH = new Int32Array(MAX_WORDS);
export const SECOND_HASH = new Int32Array(MAX_WORDS);

// V8 takes a constant for one where its module keeps it for itself: twice as fast in the loop below.
const lowerOf = LOWER;
const makes = FORMS_COMPOUNDS;
const firsts = FIRST_HASH;
const seconds = SECOND_HASH;
/** Where each word ends in the units. */
export const ENDS = new Int32Array(MAX_WORDS);
const ends = ENDS;

/** Where digits and signs stand, of each field from the place on where its units are, with NO_SPOT after the last. */
export const COMPOUND_POSITIONS = new Int32Array(MAX_UNITS);
export const NO_POSITION = -1;
const spots = COMPOUND_POSITIONS;

const HASH_FACTOR = 0x9e3779b1;

/** Of words that texts with irregular units hold: these cannot be read back from the units. */
const irregular: { readonly from: number; readonly words: readonly Word[] }[] = [];

function irregularAt(place: number): Word | undefined {
  for (const { from, words } of irregular) {
    const word = words[place - from];
    if (word) return word;
  }
  return undefined;
}

/** All bits of the words' units. */
let bits = 0;

interface ScannedField {
  readonly text: string;
  /** Where the units do not tell them. */
  readonly words?: readonly Word[];
}

/** What was scanned of each field. */
export const SCANNED_FIELDS: ScannedField[] = [];

/** Before an item's first field. */
export function resetScan(): void {
  if (irregular.length > 0) irregular.length = 0;
  bits = 0;
}

/** Whether all words are of Latin letters and digits: false only where one may not be. */
export function isLatinOnly(): boolean {
  return bits < 0x200;
}

/**
 * Scans one field: its words are noted from place `count` on. Gives the place after the last of them, which holds no
 * word: nothing stands in a row across it.
 */
export function scanField(field: number, whole: string, count: number): number {
  let text = whole.length > MAX_FIELD_UNITS ? whole.slice(0, MAX_FIELD_UNITS) : whole;
  let words: readonly Word[] | undefined;
  const from = field * (MAX_FIELD_UNITS + 1);
  let places = scanUnits(text, from, count);
  if (places < 0) {
    // Some unit was unknown, or is not visible, or irregular.
    preparePages(text);
    text = withoutInvisible(text);
    places = scanUnits(text, from, count);
    if (places < 0) {
      text = composed(text);
      words = cachedWords(text);
      places = addIrregular(words, count);
    }
  }
  SCANNED_FIELDS[field] = words ? { text, words } : { text };
  FIRST_HASH[places] = 0;
  SECOND_HASH[places] = 0;
  return places + 1;
}

function scanUnits(text: string, from: number, count: number): number {
  const to = (from + text.length) | 0;
  bytes.write(text, from * 2, 'utf16le');
  units[to] = 0;
  // `| 0` spares a check for overflow in each step: a third of the time.
  let places = count | 0;
  let first = 0;
  let second = 0;
  let before = 0;
  let seen = 0;
  let spot = from | 0;
  for (let at = from | 0; at <= to; at = (at + 1) | 0) {
    const unit = units[at] as number;
    const lower = lowerOf[unit] as number;
    const word = -lower >> 31;
    spots[spot] = at;
    spot = (spot + (makes[unit] as number)) | 0;
    firsts[places] = first;
    seconds[places] = second;
    ends[places] = at;
    places = (places + (before & ~word & 1)) | 0;
    first = (Math.imul(first, HASH_FACTOR) + lower) & word;
    second = (((second << 7) | (second >>> 25)) + (lower ^ first)) & word;
    before = word;
    seen |= lower;
  }
  spots[spot] = NO_POSITION;
  bits |= seen;
  return seen >= IRREGULAR ? -1 : places;
}

function addIrregular(words: readonly Word[], count: number): number {
  irregular.push({ from: count, words });
  let place = count;
  for (const word of words) {
    const hashes = hashesOf(word.text);
    FIRST_HASH[place] = hashes.first;
    SECOND_HASH[place] = hashes.second;
    place++;
  }
  return place;
}

export interface Hashes {
  readonly first: number;
  readonly second: number;
}

/** The first hash of a word that has one more unit. */
export function extendFirstHash(first: number, unit: number): number {
  return (Math.imul(first, HASH_FACTOR) + unit) | 0;
}

/** The second. `first`: that of the word with the unit. */
export function extendSecondHash(second: number, first: number, unit: number): number {
  return (((second << 7) | (second >>> 25)) + (unit ^ first)) | 0;
}

/** The hashes of a word as `scan` makes them, from its text in lower case. */
export function hashesOf(text: string): Hashes {
  let first = 0;
  let second = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    first = extendFirstHash(first, unit);
    second = extendSecondHash(second, first, unit);
  }
  return { first, second };
}

/** The first unit of the word at a place, in lower case; 0 where there is no word. */
export function firstUnit(place: number): number {
  if (firsts[place] === 0 && seconds[place] === 0) return 0;
  const known = irregularAt(place);
  if (known) return known.text.charCodeAt(0);
  let at = (ends[place] as number) - 1;
  let unit = 0;
  for (let lower = lowerOf[units[at] as number] as number; lower !== 0 && at >= 0; at--) {
    unit = lower;
    lower = lowerOf[units[at - 1] as number] as number;
  }
  return unit;
}

/** Of the word at hand: its letters in lower case, where all are ASCII. */
export const LETTERS = new Uint8Array(MAX_LETTERS);
const letters = LETTERS;

/** Spells the word at a place into LETTERS. Gives their count; -1 where they are not ASCII, or too many. */
export function spellAscii(place: number): number {
  if (irregularAt(place)) return -1;
  const end = ends[place] as number;
  const start = startOfWord(end);
  if (end - start > MAX_LETTERS) return -1;
  for (let at = start; at < end; at++) {
    const lower = lowerOf[units[at] as number] as number;
    if (lower > 0x7f) return -1;
    letters[at - start] = lower;
  }
  return end - start;
}

/** Where a word starts in the units. */
export function startOfWord(end: number): number {
  let start = end;
  while (start > 0 && lowerOf[units[start - 1] as number] !== 0) start--;
  return start;
}

/** The word at a place, as it stands in the text and in lower case. */
export function wordAt(place: number): { readonly text: string; readonly raw: string } {
  const known = irregularAt(place);
  if (known) return known;
  const end = ends[place] ?? 0;
  const [word] = wordsOf(textBetween(startOfWord(end), end));
  return word ?? { text: '', raw: '' };
}

/** The word at a place in lower case: as `wordAt`, without a look at what it is made of. */
export function textAt(place: number): string {
  const known = irregularAt(place);
  if (known) return known.text;
  const end = ends[place] ?? 0;
  const start = startOfWord(end);
  const to = Math.min(end, start + MAX_WORD);
  let text = '';
  for (let at = start; at < to; at++) text += String.fromCharCode(lowerOf[units[at] as number] as number);
  return text;
}

/** The units from one up to another, as a text. */
export function textBetween(from: number, to: number): string {
  return bytes.toString('utf16le', from * 2, to * 2);
}

/** Whether the first letters of the word at a place, so many, are in capitals or no letters at all. */
export function areCapitalsAt(place: number, count: number): boolean {
  if (!irregularAt(place)) {
    const start = startOfWord(ends[place] as number);
    const end = Math.min(ends[place] as number, start + count);
    let isAscii = true;
    for (let at = start; at < end; at++) {
      const unit = units[at] as number;
      if (unit >= 0x61 && unit <= 0x7a) return false;
      if (unit > 0x7f) isAscii = false;
    }
    if (isAscii) return true;
  }
  return areCapitalsOf(wordAt(place).raw, count);
}
