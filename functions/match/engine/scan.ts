import { BEFORE_PERCENT, type Compound, compoundsOf, MAX_COMPOUNDS } from '../../shared/text/compounds.ts';
import { composed, visible, type Word, wordsOf } from '../../shared/text/words.ts';
import { areCapitals as areCapitalsOf } from '../capitals.ts';
import { FIELD_UNITS, fieldWords } from '../item-text.ts';
import { IRREGULAR, LOWER, learn, QUOTE, SIGN } from './characters.ts';

/**
 * Splits texts into words without looking twice at a unit and without a branch: every unit writes what the word would
 * be if it ended here, and only the end of a word moves on to the next place. All arrays are fixed and of the module:
 * that alone halves the time.
 */

export const FIELDS = 3;
const UNITS = FIELDS * (FIELD_UNITS + 1) + 1;
/** In scripts without spaces every unit can be a word; and each field ends with an empty one. */
export const MOST_WORDS = UNITS + FIELDS + 1;

/** Longer words are rare enough to be spelled slowly. */
const MOST_LETTERS = 64;

const units = new Uint16Array(UNITS);
const bytes = Buffer.from(units.buffer);

/** Two hashes of each word: together they are taken for the word itself, where a table says nothing of it. */
export const FIRST_HASH = new Int32Array(MOST_WORDS);
export const SECOND_HASH = new Int32Array(MOST_WORDS);

// V8 takes a constant for one where its module keeps it for itself: twice as fast in the loop below.
const lowerOf = LOWER;
const signOf = SIGN;
const firsts = FIRST_HASH;
const seconds = SECOND_HASH;
/** Where each word ends in the units. */
const ends = new Int32Array(MOST_WORDS);

/** Where signs stand that may join words or belong to a name. */
const signs = new Int32Array(UNITS);

const FACTOR = 0x9e3779b1;

/** Of words that texts with irregular units hold: these cannot be read back from the units. */
const irregular = new Map<number, Word>();

/** All bits of the words' units. */
let bits = 0;

/** The text of the field that was scanned last. */
let scanned = '';

/** Before an item's first field. */
export function forget(): void {
  if (irregular.size > 0) irregular.clear();
  if (COMPOUNDS.length > 0) COMPOUNDS.length = 0;
  bits = 0;
}

/** Whether all words are of Latin letters and digits: false only where one may not be. */
export function areLatin(): boolean {
  return bits < 0x200;
}

/**
 * Scans one field: its words are noted from place `count` on. Gives the place after the last of them, which holds no
 * word: nothing stands in a row across it.
 */
export function scan(field: number, whole: string, count: number): number {
  scanned = whole.length > FIELD_UNITS ? whole.slice(0, FIELD_UNITS) : whole;
  const from = field * (FIELD_UNITS + 1);
  let places = scanUnits(scanned, from, count);
  if (places < 0) {
    // Some unit was unknown, or is not visible, or irregular.
    learn(scanned);
    scanned = visible(scanned);
    places = scanUnits(scanned, from, count);
    if (places < 0) {
      scanned = composed(scanned);
      places = scanIrregular(scanned, count);
    }
  }
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
  for (let at = from | 0; at <= to; at = (at + 1) | 0) {
    const lower = lowerOf[units[at] as number] as number;
    const word = -lower >> 31;
    firsts[places] = first;
    seconds[places] = second;
    ends[places] = at;
    places = (places + (before & ~word & 1)) | 0;
    first = (Math.imul(first, FACTOR) + lower) & word;
    second = (((second << 7) | (second >>> 25)) + (lower ^ first)) & word;
    before = word;
    seen |= lower;
  }
  bits |= seen;
  return seen >= IRREGULAR ? -1 : places;
}

function scanIrregular(text: string, count: number): number {
  let place = count;
  for (const word of fieldWords(text)) {
    const hashes = hashesOf(word.text);
    FIRST_HASH[place] = hashes.first;
    SECOND_HASH[place] = hashes.second;
    irregular.set(place, word);
    place++;
  }
  return place;
}

/** A compound, its hashes, and the places of its first and its last word. */
export interface PlacedCompound {
  readonly compound: Compound;
  readonly hashes: Hashes;
  readonly place: number;
  readonly last: number;
}

/** Those of the item; some are there twice. */
export const COMPOUNDS: PlacedCompound[] = [];

function add(compound: Compound, hashes: Hashes, place: number): void {
  COMPOUNDS.push({ compound, hashes, place: place + compound.from, last: place + compound.to });
}

/** Finds the compounds of the field that was scanned last, whose words are at places from `count` up to `end`. */
export function scanCompounds(field: number, count: number, end: number): void {
  if (count === end) return;
  const before = COMPOUNDS.length;
  if (!irregular.has(count)) {
    const from = field * (FIELD_UNITS + 1);
    addSigned(from, count, end);
    if (COMPOUNDS.length - before < MAX_COMPOUNDS) {
      addNumbers(from, count, end);
      return;
    }
    // Not all of them count.
    COMPOUNDS.length = before;
  }
  for (const compound of compoundsOf(scanned, fieldWords(scanned)))
    add(compound, hashesOfCompound(compound), count);
}

/** Looks at the pieces between spaces that have a sign. */
function addSigned(from: number, count: number, end: number): void {
  const to = from + scanned.length;
  const signCount = findSigns(from, to);
  const most = COMPOUNDS.length + MAX_COMPOUNDS;
  let place = count;
  let done = from;
  for (let n = 0; n < signCount; n++) {
    const sign = signs[n] as number;
    if (COMPOUNDS.length >= most) return;
    if (sign < done || !mayCount(sign, from)) continue;
    let start = sign;
    while (start > from && !isSpace(start - 1)) start--;
    if (isSpacedSign(start) && start - 1 > from) for (start--; start > from && !isSpace(start - 1); ) start--;
    done = sign;
    do for (done++; done < to && !isSpace(done); ) done++;
    while (done < to && (signAt(done - 1) === AMPERSAND || signAt(done + 1) === AMPERSAND));
    while (place < end && (ends[place] as number) <= start) place++;
    for (const [compound, hashes] of piece(scanned.slice(start - from, done - from))) {
      if (compound.kind !== 'number') add(compound, hashes, place);
    }
  }
}

/** Notes where signs stand, without a branch. Gives their count. */
function findSigns(from: number, to: number): number {
  let count = 0;
  for (let at = from | 0; at < to; at = (at + 1) | 0) {
    signs[count] = at;
    count = (count - (-(signOf[units[at] as number] as number) >> 31)) | 0;
  }
  return count;
}

const AMPERSAND = 0x26;
const PERCENT = 0x25;
const PLUS = 0x2b;
const HASH = 0x23;

const signAt = (at: number): number => signOf[units[at] as number] as number;
const lowerAt = (at: number): number => lowerOf[units[at] as number] as number;

const isSpacedSign = (at: number) => signAt(at) === AMPERSAND || signAt(at) === PERCENT;

/** Whether a sign may join words or belong to a name, as far as the units beside it tell. */
function mayCount(at: number, from: number): boolean {
  const sign = signAt(at);
  const before = at > from ? lowerAt(at - 1) : 0;
  const after = lowerAt(at + 1);
  if (sign === AMPERSAND) return true;
  if (sign === PERCENT) return isDigit(before) || (at - 1 > from && isDigit(lowerAt(at - 2)));
  if (before > 0 && after > 0) {
    if (sign === QUOTE) return before >= 0x590 && before <= 0x5ff;
    return sign === PLUS || sign === HASH || !(isDigit(before) && isDigit(after));
  }
  if (sign === PLUS || sign === HASH) return before > 0 || after > 0;
  // Of .NET, $T and @name: "$5" is none.
  return sign > QUOTE && before === 0 && after > 0 && !isDigit(after);
}

const isDigit = (lower: number) => lower >= 0x30 && lower <= 0x39;

function isSpace(at: number): boolean {
  const unit = units[at] as number;
  return unit <= 0x20 || unit === 0xa0 || unit === 0x2009 || unit === 0x202f;
}

/** Looks at words of digits with one unit between them, and at those that "percent" may follow. */
function addNumbers(from: number, count: number, end: number): void {
  for (let place = count; place < end - 1; place++) {
    const after = ends[place] as number;
    if (!isDigit(lowerAt(after - 1))) continue;
    const next = lowerAt(after + 1);
    if (isPercent(next)) addNumber(from, place, Math.min(place + 2, end - 1));
    else if (isDigit(next)) {
      const first = place;
      while (place < end - 1 && isDigit(lowerAt((ends[place] as number) + 1))) place++;
      addNumber(from, first, Math.min(place + 2, end - 1));
    }
  }
}

const isPercent = (lower: number) => lower > 0 && BEFORE_PERCENT.test(String.fromCharCode(lower));

/** Looks at the words from a place up to another, with it. */
function addNumber(from: number, place: number, last: number): void {
  const text = scanned.slice(startOf(ends[place] as number) - from, (ends[last] as number) - from);
  for (const [compound, hashes] of piece(text)) if (compound.kind === 'number') add(compound, hashes, place);
}

type Pieces = readonly (readonly [Compound, Hashes])[];

/** Most pieces come again: "don’t", "U.S.", "10%". */
const pieces = new Map<string, Pieces>();
const MOST_PIECES = 50_000;

function piece(text: string): Pieces {
  let found = pieces.get(text);
  if (!found) {
    if (pieces.size >= MOST_PIECES) pieces.clear();
    found = compoundsOf(text, wordsOf(text)).map(
      (compound) => [compound, hashesOfCompound(compound)] as const,
    );
    pieces.set(text, found);
  }
  return found;
}

/** No hashes of a word, which exact terms meet; nor those of what has signs, which they meet, too. */
function hashesOfCompound({ text, kind }: Compound): Hashes {
  return hashesOf(kind === 'signed' ? text : `${JOINED}${text}`);
}

const JOINED = '\u0001';

export interface Hashes {
  readonly first: number;
  readonly second: number;
}

export const NO_HASHES: Hashes = { first: 0, second: 0 };

/** The hashes of a word that has one more unit. */
export function withUnit({ first, second }: Hashes, unit: number): Hashes {
  const next = firstWith(first, unit);
  return { first: next, second: secondWith(second, next, unit) };
}

export function firstWith(first: number, unit: number): number {
  return (Math.imul(first, FACTOR) + unit) | 0;
}

/** `first`: that of the word with the unit. */
export function secondWith(second: number, first: number, unit: number): number {
  return (((second << 7) | (second >>> 25)) + (unit ^ first)) | 0;
}

/** The hashes of a word as `scan` makes them, from its text in lower case. */
export function hashesOf(text: string): Hashes {
  let hashes = NO_HASHES;
  for (let at = 0; at < text.length; at++) hashes = withUnit(hashes, text.charCodeAt(at));
  return hashes;
}

/** The first unit of the word at a place, in lower case; 0 where there is no word. */
export function firstUnit(place: number): number {
  if (firsts[place] === 0 && seconds[place] === 0) return 0;
  const known = irregular.size > 0 ? irregular.get(place) : undefined;
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
export const LETTERS = new Uint8Array(MOST_LETTERS);
const letters = LETTERS;

/** Spells the word at a place into LETTERS. Gives their count; -1 where they are not ASCII, or too many. */
export function spell(place: number): number {
  if (irregular.size > 0 && irregular.has(place)) return -1;
  const end = ends[place] as number;
  const start = startOf(end);
  if (end - start > MOST_LETTERS) return -1;
  for (let at = start; at < end; at++) {
    const lower = lowerOf[units[at] as number] as number;
    if (lower > 0x7f) return -1;
    letters[at - start] = lower;
  }
  return end - start;
}

function startOf(end: number): number {
  let start = end;
  while (start > 0 && lowerOf[units[start - 1] as number] !== 0) start--;
  return start;
}

/** The word at a place, as it stands in the text and in lower case. */
export function wordAt(place: number): { readonly text: string; readonly raw: string } {
  const known = irregular.get(place);
  if (known) return known;
  const end = ends[place] ?? 0;
  const [word] = wordsOf(bytes.toString('utf16le', startOf(end) * 2, end * 2));
  return word ?? { text: '', raw: '' };
}

/** Whether the first letters of the word at a place, so many, are in capitals or no letters at all. */
export function areCapitals(place: number, count: number): boolean {
  if (!irregular.has(place)) {
    const start = startOf(ends[place] as number);
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
