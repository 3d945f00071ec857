import { composed, MAX_WORD, type Word, withoutInvisible, wordsOf } from '../../shared/text/words.ts';
import { areCapitals as areCapitalsOf } from '../text/capitals.ts';
import { cachedWords, MAX_FIELD_UNITS } from '../text/item-text.ts';
import { FORMS_COMPOUNDS, IRREGULAR, LOWER, preparePages } from './character-table.ts';

/**
 * Splits texts into words in one pass without branches: every unit writes the word that would end there, and only the
 * real end of a word advances the position. All arrays are constants of this module, which alone halves the time.
 */

const FIELD_COUNT = 4;
const MAX_UNITS = FIELD_COUNT * (MAX_FIELD_UNITS + 1) + 1;
/** In scripts without spaces every unit can be a word. Each field ends with an empty word. */
export const MAX_WORDS = MAX_UNITS + FIELD_COUNT + 1;

/** Longer words are rare and take a slower path. */
const MAX_LETTERS = 64;

/** The UTF-16 units of all fields. Each field has its own MAX_FIELD_UNITS + 1 elements and ends with 0. */
export const UNITS = new Uint16Array(MAX_UNITS);
const units = UNITS;
const bytes = Buffer.from(units.buffer);

/** Two hashes per word. Together they identify the word in hash tables. */
export const FIRST_HASH = new Int32Array(MAX_WORDS);
export const SECOND_HASH = new Int32Array(MAX_WORDS);

// V8 treats a constant as such if it is the module's own, which doubles the speed of the loop below.
const lowerOf = LOWER;
const formsCompounds = FORMS_COMPOUNDS;
const firsts = FIRST_HASH;
const seconds = SECOND_HASH;
/** The index of the unit after each word. */
export const ENDS = new Int32Array(MAX_WORDS);
const ends = ENDS;

/**
 * The indexes of units that are digits or signs. Each field's list starts at the index of its first unit and ends with
 * NO_POSITION.
 */
export const COMPOUND_POSITIONS = new Int32Array(MAX_UNITS);
export const NO_POSITION = -1;
const compoundPositions = COMPOUND_POSITIONS;

const HASH_FACTOR = 0x9e3779b1;

/** Words of texts with irregular units, which cannot be read back from the units. */
const irregular: { readonly from: number; readonly words: readonly Word[] }[] = [];

function irregularAt(position: number): Word | undefined {
  for (const { from, words } of irregular) {
    const word = words[position - from];
    if (word) return word;
  }
  return undefined;
}

/** The bitwise OR of all units of the words. */
let unitBits = 0;

interface ScannedField {
  readonly text: string;
  /** The words, if they cannot be read back from the units. */
  readonly words?: readonly Word[];
}

/** The result of scanning each field. */
export const SCANNED_FIELDS: ScannedField[] = [];

/** Prepares for the first field of an item. */
export function resetScan(): void {
  if (irregular.length > 0) irregular.length = 0;
  unitBits = 0;
}

/** Returns whether all words consist of Latin letters and digits. May return false by mistake, never true. */
export function isLatinOnly(): boolean {
  return unitBits < 0x200;
}

/**
 * Scans one field and stores its words from `firstPosition` on. Returns the next free position. The position before
 * that holds an empty word, so that no phrase continues into the next field.
 */
export function scanField(field: number, whole: string, firstPosition: number): number {
  let text = whole.length > MAX_FIELD_UNITS ? whole.slice(0, MAX_FIELD_UNITS) : whole;
  let words: readonly Word[] | undefined;
  const from = field * (MAX_FIELD_UNITS + 1);
  let endPosition = scanUnits(text, from, firstPosition);
  if (endPosition < 0) {
    // The text contains a unit that is unknown, invisible or irregular.
    preparePages(text);
    text = withoutInvisible(text);
    endPosition = scanUnits(text, from, firstPosition);
    if (endPosition < 0) {
      text = composed(text);
      words = cachedWords(text);
      endPosition = addIrregular(words, firstPosition);
    }
  }
  SCANNED_FIELDS[field] = words ? { text, words } : { text };
  FIRST_HASH[endPosition] = 0;
  SECOND_HASH[endPosition] = 0;
  return endPosition + 1;
}

function scanUnits(text: string, from: number, firstPosition: number): number {
  const to = (from + text.length) | 0;
  bytes.write(text, from * 2, 'utf16le');
  units[to] = 0;
  // `| 0` avoids an overflow check in each step, which saves a third of the time.
  let position = firstPosition | 0;
  let first = 0;
  let second = 0;
  let maskBefore = 0;
  let seenBits = 0;
  let compoundIndex = from | 0;
  for (let at = from | 0; at <= to; at = (at + 1) | 0) {
    const unit = units[at] as number;
    const lower = lowerOf[unit] as number;
    const wordMask = -lower >> 31;
    compoundPositions[compoundIndex] = at;
    compoundIndex = (compoundIndex + (formsCompounds[unit] as number)) | 0;
    firsts[position] = first;
    seconds[position] = second;
    ends[position] = at;
    position = (position + (maskBefore & ~wordMask & 1)) | 0;
    first = (Math.imul(first, HASH_FACTOR) + lower) & wordMask;
    second = (((second << 7) | (second >>> 25)) + (lower ^ first)) & wordMask;
    maskBefore = wordMask;
    seenBits |= lower;
  }
  compoundPositions[compoundIndex] = NO_POSITION;
  unitBits |= seenBits;
  return seenBits >= IRREGULAR ? -1 : position;
}

function addIrregular(words: readonly Word[], firstPosition: number): number {
  irregular.push({ from: firstPosition, words });
  let position = firstPosition;
  for (const word of words) {
    const hashes = hashesOf(word.text);
    FIRST_HASH[position] = hashes.first;
    SECOND_HASH[position] = hashes.second;
    position++;
  }
  return position;
}

export interface Hashes {
  readonly first: number;
  readonly second: number;
}

/** Returns the first hash of a word extended by one unit. */
export function extendFirstHash(first: number, unit: number): number {
  return (Math.imul(first, HASH_FACTOR) + unit) | 0;
}

/** Returns the second hash of a word extended by one unit. `first` is the first hash of the extended word. */
export function extendSecondHash(second: number, first: number, unit: number): number {
  return (((second << 7) | (second >>> 25)) + (unit ^ first)) | 0;
}

/** Returns the hashes that `scanField` computes for a word in lower case. */
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

/** Returns the first unit of the word at a position in lower case, or 0 if there is no word. */
export function firstUnit(position: number): number {
  if (firsts[position] === 0 && seconds[position] === 0) return 0;
  const known = irregularAt(position);
  if (known) return known.text.charCodeAt(0);
  let at = (ends[position] as number) - 1;
  let unit = 0;
  for (let lower = lowerOf[units[at] as number] as number; lower !== 0 && at >= 0; at--) {
    unit = lower;
    lower = lowerOf[units[at - 1] as number] as number;
  }
  return unit;
}

/** The letters of an ASCII word in lower case. */
export const LETTERS = new Uint8Array(MAX_LETTERS);
const letters = LETTERS;

/** Writes the word at a position to LETTERS. Returns its length, or -1 if it is too long or not ASCII. */
export function spellAscii(position: number): number {
  if (irregularAt(position)) return -1;
  const end = ends[position] as number;
  const start = startOfWord(end);
  if (end - start > MAX_LETTERS) return -1;
  for (let at = start; at < end; at++) {
    const lower = lowerOf[units[at] as number] as number;
    if (lower > 0x7f) return -1;
    letters[at - start] = lower;
  }
  return end - start;
}

/** Returns the first unit of the word that ends before `end`. */
export function startOfWord(end: number): number {
  let start = end;
  while (start > 0 && lowerOf[units[start - 1] as number] !== 0) start--;
  return start;
}

/** Returns the word at a position as it is written and in lower case. */
function wordAt(position: number): { readonly text: string; readonly raw: string } {
  const known = irregularAt(position);
  if (known) return known;
  const end = ends[position] ?? 0;
  const [word] = wordsOf(textBetween(startOfWord(end), end));
  return word ?? { text: '', raw: '' };
}

/** Returns the word at a position in lower case. Faster than `wordAt`. */
export function textAt(position: number): string {
  const known = irregularAt(position);
  if (known) return known.text;
  const end = ends[position] ?? 0;
  const start = startOfWord(end);
  const to = Math.min(end, start + MAX_WORD);
  let text = '';
  for (let at = start; at < to; at++) text += String.fromCharCode(lowerOf[units[at] as number] as number);
  return text;
}

/** Returns the text between two units. */
export function textBetween(from: number, to: number): string {
  return bytes.toString('utf16le', from * 2, to * 2);
}

/** Returns whether the first `count` letters of the word at a position are capitals or have no case. */
export function areCapitalsAt(position: number, count: number): boolean {
  if (!irregularAt(position)) {
    const start = startOfWord(ends[position] as number);
    const end = Math.min(ends[position] as number, start + count);
    let isAscii = true;
    for (let at = start; at < end; at++) {
      const unit = units[at] as number;
      if (unit >= 0x61 && unit <= 0x7a) return false;
      if (unit > 0x7f) isAscii = false;
    }
    if (isAscii) return true;
  }
  return areCapitalsOf(wordAt(position).raw, count);
}
