import {
  type Compound,
  compoundsOf,
  maxCompounds,
  PERCENT_FIRST_WORDS,
} from '../../shared/text/compounds.ts';
import { wordsOf } from '../../shared/text/words.ts';
import { cachedWords, MAX_FIELD_UNITS } from '../text/item-text.ts';
import { isDigit, LOWER, QUOTE, SIGN } from './character-table.ts';
import { HashTable } from './hash-table.ts';
import {
  COMPOUND_POSITIONS,
  ENDS,
  extendFirstHash,
  extendSecondHash,
  FIRST_HASH,
  type Hashes,
  hashesOf,
  NO_POSITION,
  SCANNED_FIELDS,
  startOfWord,
  textBetween,
  UNITS,
} from './scan-field.ts';

// V8 reads a module's own constants faster than imported ones.
const units = UNITS;
const ends = ENDS;
const firsts = FIRST_HASH;
const lowerOf = LOWER;
const signOf = SIGN;
const compoundPositions = COMPOUND_POSITIONS;

/** A compound of an item that matches a key: its entry, and the positions of its first and last word. */
export interface FoundCompound {
  readonly entry: number;
  readonly position: number;
  readonly lastPosition: number;
  /** The compound as written, or the index of that text; see `rawOf`. */
  readonly raw: string | number;
}

/** Returns the entry of a compound, or 0 if it matches no key. */
type EntryOf = (compound: Compound, hashes: Hashes) => number;

/**
 * Integers per compound in #knownCompounds: its entry, its first and last word within the piece, and the index of its
 * text.
 */
const COMPOUND_SIZE = 4;

/** More pieces than a day's news contains. Above this, the cache is cleared before the next item. */
const MAX_PIECES = 50_000;

/**
 * Finds the compounds in the scanned fields. Most pieces of text with a sign occur again and again, such as "don’t",
 * "U.S." and "10%". Each distinct piece is analysed once, and afterwards found by its two hashes.
 */
export class CompoundFinder {
  readonly #entryOf: EntryOf;
  /** Values of pieces: 1 + number of compounds if none of them matches a key, or else ~index into #knownCompounds. */
  readonly #pieces = new HashTable();
  /**
   * For each piece with matching compounds: the number of its compounds, the number of those that match a key, and
   * the matching compounds. Stored as integers, so that they are close together in memory.
   */
  #knownCompounds = new Int32Array(1 << 10);
  #used = 0;
  readonly #raws: string[] = [];
  #foundCompounds: FoundCompound[] = [];
  /** Positions in the current field: its first word, and the last word found. */
  #firstPosition = 0;
  #lastPosition = 0;

  constructor(entryOf: EntryOf) {
    this.#entryOf = entryOf;
  }

  /**
   * Prepares for the next item. Clears the cache if it is full, because entries must not move while an item is
   * matched.
   */
  startItem(): void {
    if (this.#pieces.count > MAX_PIECES) this.clear();
  }

  clear(): void {
    this.#pieces.clear();
    this.#used = 0;
    this.#raws.length = 0;
  }

  /**
   * Adds the compounds of a field whose words are at positions from `firstPosition` up to `endPosition`. May add a
   * compound twice.
   */
  find(field: number, firstPosition: number, endPosition: number, foundCompounds: FoundCompound[]): void {
    const scanned = SCANNED_FIELDS[field];
    if (!scanned || firstPosition === endPosition) return;
    const { text, words } = scanned;
    const countBefore = foundCompounds.length;
    this.#foundCompounds = foundCompounds;
    this.#firstPosition = firstPosition;
    this.#lastPosition = firstPosition;
    if (!words) {
      const from = field * (MAX_FIELD_UNITS + 1);
      const max = maxCompounds(text.length);
      if (this.#readPieces(from, from + text.length, endPosition, max) < max) return;
      // The field has more compounds than are matched, so they must be counted in order.
      foundCompounds.length = countBefore;
    }
    for (const compound of compoundsOf(text, words ?? cachedWords(text))) {
      const entry = this.#entryOf(compound, hashesOfCompound(compound));
      const { from, to, raw } = compound;
      if (entry !== 0)
        foundCompounds.push({ entry, position: firstPosition + from, lastPosition: firstPosition + to, raw });
    }
  }

  /** Returns a compound of the current item as it is written. */
  rawOf({ raw }: FoundCompound): string {
    return typeof raw === 'string' ? raw : (this.#raws[raw] as string);
  }

  /** Reads the pieces around digits and signs. Returns the number of compounds other than numbers. */
  #readPieces(from: number, to: number, endPosition: number, max: number): number {
    let found = 0;
    let done = from;
    let afterNumber = from;
    for (let n = from; compoundPositions[n] !== NO_POSITION; n = (n + 1) | 0) {
      const at = compoundPositions[n] as number;
      if (signOf[units[at] as number] === 0) {
        if (at >= afterNumber && mayContinueNumber(at)) afterNumber = this.#readNumber(at, endPosition);
      } else if (at >= done && mayFormCompound(at, from)) {
        let start = startOfRun(at, from);
        done = endOfRun(at);
        if (isSpacedSign(at) || signAt(done - 1) === AMPERSAND || signAt(done + 1) === AMPERSAND) {
          start = startOfSpaced(at, from);
          done = endOfSpaced(at, to);
        }
        const first = lowerAt(start) === 0 ? trimStart(start, done) : start;
        const last = lowerAt(done - 1) === 0 ? trimEnd(first, done) : done;
        found += this.#readPiece(first, last, WORDS);
        if (found >= max) return found;
      }
    }
    return found;
  }

  /**
   * Reads the number whose first word ends with the given digit. The number extends over all following words that
   * begin with a digit and are separated by one unit. Returns the unit after its last word.
   */
  #readNumber(digit: number, endPosition: number): number {
    const start = startOfWord(digit + 1);
    let last = this.#positionOf(start);
    while (last < endPosition - 1 && isDigit(lowerAt((ends[last] as number) + 1))) last++;
    const isPercent = last < endPosition - 1 && PERCENT_HASHES.has(firsts[last + 1] as number);
    const to = isPercent ? Math.min(last + MAX_PERCENT_WORDS, endPosition - 1) : last;
    this.#readPiece(start, ends[to] as number, NUMBERS);
    return ends[last] as number;
  }

  /** Returns the position of the first word that ends after a unit. */
  #positionOf(start: number): number {
    let position = this.#lastPosition;
    while (position > this.#firstPosition && (ends[position - 1] as number) > start) position--;
    while ((ends[position] as number) <= start) position++;
    this.#lastPosition = position;
    return position;
  }

  /** Reads the piece between two units. Returns the number of its compounds. */
  #readPiece(start: number, end: number, kind: number): number {
    let first = kind;
    let second = 0;
    for (let at = start; at < end; at = (at + 1) | 0) {
      const unit = units[at] as number;
      first = extendFirstHash(first, unit);
      second = extendSecondHash(second, first, unit);
    }
    const value =
      this.#pieces.find(first, second) || this.#addPiece(textBetween(start, end), first, second, kind);
    if (value > 0) return value - 1;
    const known = this.#knownCompounds;
    const index = ~value;
    const position = this.#positionOf(start);
    const last = index + 2 + COMPOUND_SIZE * (known[index + 1] as number);
    for (let at = index + 2; at < last; at += COMPOUND_SIZE) {
      this.#foundCompounds.push({
        entry: known[at] as number,
        position: position + (known[at + 1] as number),
        lastPosition: position + (known[at + 2] as number),
        raw: known[at + 3] as number,
      });
    }
    return known[index] as number;
  }

  /** Analyses a piece and returns its value in the table. */
  #addPiece(text: string, first: number, second: number, kind: number): number {
    const found = compoundsOf(text, wordsOf(text)).filter(
      (one) => (one.kind === 'number') === (kind === NUMBERS),
    );
    const wanted = found.flatMap((compound) => {
      const entry = this.#entryOf(compound, hashesOfCompound(compound));
      return entry === 0 ? [] : [entry, compound.from, compound.to, this.#raws.push(compound.raw) - 1];
    });
    const value =
      wanted.length === 0
        ? found.length + 1
        : this.#store([found.length, wanted.length / COMPOUND_SIZE, ...wanted]);
    this.#pieces.add(first, second, value);
    return value;
  }

  #store(numbers: readonly number[]): number {
    const index = this.#used;
    this.#used += numbers.length;
    if (this.#used > this.#knownCompounds.length) {
      const larger = new Int32Array(Math.max(this.#used, this.#knownCompounds.length * 2));
      larger.set(this.#knownCompounds);
      this.#knownCompounds = larger;
    }
    this.#knownCompounds.set(numbers, index);
    return ~index;
  }
}

/**
 * The kind of compounds to look for in a piece. The hashes of a piece start from this value, so one text has
 * different hashes for the two kinds. These cannot collide, because no piece starts with a control character.
 */
const WORDS = 0;
const NUMBERS = 1;

const AMPERSAND = 0x26;
const PERCENT = 0x25;
const PLUS = 0x2b;
const HASH = 0x23;
const DOT = 0x2e;

/** Hashes of the first words that can follow a number as "percent". */
const PERCENT_HASHES: ReadonlySet<number> = new Set(PERCENT_FIRST_WORDS.map((word) => hashesOf(word).first));
const MAX_PERCENT_WORDS = 2;
const PERCENT_LETTERS: ReadonlySet<number> = new Set(PERCENT_FIRST_WORDS.map((word) => word.charCodeAt(0)));

const signAt = (at: number): number => signOf[units[at] as number] as number;
const lowerAt = (at: number): number => lowerOf[units[at] as number] as number;

const isSpacedSign = (at: number) => signAt(at) === AMPERSAND || signAt(at) === PERCENT;

/** Returns whether a number may continue after this digit, as far as the next two units tell. */
function mayContinueNumber(digit: number): boolean {
  const next = lowerAt(digit + 2);
  return lowerAt(digit + 1) === 0 && next > 0 && (isDigit(next) || PERCENT_LETTERS.has(next));
}

/** Returns whether a sign may join words or belong to a name, as far as the neighbouring units tell. */
function mayFormCompound(at: number, from: number): boolean {
  const sign = signAt(at);
  const before = at > from ? lowerAt(at - 1) : 0;
  const after = lowerAt(at + 1);
  if (sign === AMPERSAND) return true;
  if (sign === PERCENT) return isDigit(before) || (at - 1 > from && isDigit(lowerAt(at - 2)));
  if (before > 0 && after > 0) {
    if (sign === QUOTE) return after >= 0x590 && after <= 0x5ff;
    if (sign === DOT) return isOneUnit(at - 1, from) || isOneUnit(at + 1, from);
    return sign === PLUS || sign === HASH || !(isDigit(before) && isDigit(after));
  }
  if (sign === PLUS || sign === HASH) return before > 0 || after > 0;
  // True in .NET, $T and @name, but not in "$5".
  return sign > QUOTE && before === 0 && after > 0 && !isDigit(after);
}

/** Returns whether the unit is a word by itself. */
const isOneUnit = (at: number, from: number) =>
  (at === from || lowerAt(at - 1) === 0) && lowerAt(at + 1) === 0;

function isSpace(at: number): boolean {
  const unit = units[at] as number;
  return unit <= 0x20 || (unit >= 0xa0 && (unit === 0xa0 || unit === 0x2009 || unit === 0x202f));
}

/** Returns the start of the run of words and signs, without spaces, around a sign. Most pieces are such runs. */
function startOfRun(sign: number, from: number): number {
  let start = sign;
  while (start > from && isInRun(start - 1)) start--;
  return start;
}

function endOfRun(sign: number): number {
  let end = sign + 1;
  while (isInRun(end)) end++;
  return end;
}

const isInRun = (at: number) => lowerAt(at) !== 0 || signAt(at) !== 0;

/**
 * Returns the start of the piece around a sign that may have spaces beside it. The piece extends to the neighbouring
 * words.
 */
function startOfSpaced(sign: number, from: number): number {
  let start = sign;
  while (start > from && !isSpace(start - 1)) start--;
  if (isSpacedSign(start) && start - 1 > from) for (start--; start > from && !isSpace(start - 1); ) start--;
  return start;
}

function endOfSpaced(sign: number, to: number): number {
  let end = sign;
  do for (end++; end < to && !isSpace(end); ) end++;
  while (end < to && (signAt(end - 1) === AMPERSAND || signAt(end + 1) === AMPERSAND));
  return end;
}

/**
 * Trims brackets and quotes, so that pieces repeat more often. A quote beside another sign is kept, because it may
 * change the meaning of that sign.
 */
function trimStart(start: number, end: number): number {
  let at = start;
  while (at < end && lowerAt(at) === 0 && (signAt(at) === 0 || (signAt(at) <= QUOTE && lowerAt(at + 1) > 0)))
    at++;
  return at;
}

function trimEnd(start: number, end: number): number {
  let at = end;
  while (at > start && lowerAt(at - 1) === 0 && isTrimmable(at - 1)) at--;
  return at;
}

function isTrimmable(at: number): boolean {
  const sign = signAt(at);
  return sign === 0 || sign === DOT || (sign <= QUOTE && lowerAt(at - 1) > 0);
}

/**
 * Returns hashes that differ from those of words, because exact terms match words but not joined compounds. Compounds
 * with signs keep their own hashes, because exact terms match them.
 */
function hashesOfCompound({ text, kind }: Compound): Hashes {
  return hashesOf(kind === 'signed' ? text : `${JOINED_MARK}${text}`);
}

const JOINED_MARK = '\u0001';
