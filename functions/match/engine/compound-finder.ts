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

// A module reads its own constants faster than those of others.
const units = UNITS;
const ends = ENDS;
const firsts = FIRST_HASH;
const lowerOf = LOWER;
const signOf = SIGN;
const spots = COMPOUND_POSITIONS;

/** A compound of an item that something asks for: its entry, and the places of its first and last word. */
export interface FoundCompound {
  readonly entry: number;
  readonly place: number;
  readonly last: number;
  /** How it is written, for `rawOf`. */
  readonly raw: string | number;
}

/** Gives the entry of a compound; 0 where nothing asks for it. */
type EntryOf = (compound: Compound, hashes: Hashes) => number;

/** Numbers of a compound in what is known of a piece: its entry, its first and last word there, and the index of its text. */
const COMPOUND_SIZE = 4;

/** A day's news has fewer; with more, all are forgotten. */
const MAX_PIECES = 50_000;

/**
 * Finds the compounds of the fields that were scanned. Most of what has a sign comes again, such as "don’t", "U.S." and
 * "10%": each such piece is read once; from then on it is two hashes and a look into a table.
 */
export class CompoundFinder {
  readonly #entryOf: EntryOf;
  /** Of a piece: 1 + count where nothing asks for any of its compounds; else ~index of #known. */
  readonly #pieces = new HashTable();
  /** Of each such piece: the count of its compounds, how many are asked for, and these. Numbers, which lie close together. */
  #known = new Int32Array(1 << 10);
  #used = 0;
  readonly #raws: string[] = [];
  #met: FoundCompound[] = [];
  /** In the field: the place of its first word, and that of the word that was found last. */
  #count = 0;
  #near = 0;

  constructor(entryOf: EntryOf) {
    this.#entryOf = entryOf;
  }

  /** Before an item: what is known of pieces stays where it is until the next one. */
  startItem(): void {
    if (this.#pieces.count > MAX_PIECES) this.clear();
  }

  clear(): void {
    this.#pieces.clear();
    this.#used = 0;
    this.#raws.length = 0;
  }

  /** Adds those of a field whose words are at places from `count` up to `end`; some are added twice. */
  find(field: number, count: number, end: number, met: FoundCompound[]): void {
    const scanned = SCANNED_FIELDS[field];
    if (!scanned || count === end) return;
    const { text, words } = scanned;
    const before = met.length;
    this.#met = met;
    this.#count = count;
    this.#near = count;
    if (!words) {
      const from = field * (MAX_FIELD_UNITS + 1);
      const most = maxCompounds(text.length);
      if (this.#readPieces(from, from + text.length, end, most) < most) return;
      // Not all of them count.
      met.length = before;
    }
    for (const compound of compoundsOf(text, words ?? cachedWords(text))) {
      const entry = this.#entryOf(compound, hashesOfCompound(compound));
      const { from, to, raw } = compound;
      if (entry !== 0) met.push({ entry, place: count + from, last: count + to, raw });
    }
  }

  /** A compound of the item at hand as it is written. */
  rawOf({ raw }: FoundCompound): string {
    return typeof raw === 'string' ? raw : (this.#raws[raw] as string);
  }

  /** Looks at the digits and signs. Gives the count of compounds, numbers apart. */
  #readPieces(from: number, to: number, end: number, most: number): number {
    let found = 0;
    let done = from;
    let afterNumber = from;
    for (let n = from; spots[n] !== NO_POSITION; n = (n + 1) | 0) {
      const at = spots[n] as number;
      if (signOf[units[at] as number] === 0) {
        if (at >= afterNumber && mayContinueNumber(at)) afterNumber = this.#readNumber(at, end);
      } else if (at >= done && mayFormCompound(at, from)) {
        let start = startOfRun(at, from);
        done = endOfRun(at);
        if (isSpacedSign(at) || signAt(done - 1) === AMPERSAND || signAt(done + 1) === AMPERSAND) {
          start = startOfSpaced(at, from);
          done = endOfSpaced(at, to);
        }
        const first = lowerAt(start) === 0 ? trimStart(start, done) : start;
        const last = lowerAt(done - 1) === 0 ? trimEnd(first, done) : done;
        found += this.#read(first, last, WORDS);
        if (found >= most) return found;
      }
    }
    return found;
  }

  /**
   * Reads words from the one that ends with a digit on, as many as have one unit between them and a digit after it. Gives the
   * unit after the last.
   */
  #readNumber(digit: number, end: number): number {
    const start = startOfWord(digit + 1);
    let last = this.#placeOf(start);
    while (last < end - 1 && isDigit(lowerAt((ends[last] as number) + 1))) last++;
    const isPercent = last < end - 1 && PERCENT_HASHES.has(firsts[last + 1] as number);
    const to = isPercent ? Math.min(last + MAX_PERCENT_WORDS, end - 1) : last;
    this.#read(start, ends[to] as number, NUMBERS);
    return ends[last] as number;
  }

  /** The place of the first word that ends after a unit. */
  #placeOf(start: number): number {
    let place = this.#near;
    while (place > this.#count && (ends[place - 1] as number) > start) place--;
    while ((ends[place] as number) <= start) place++;
    this.#near = place;
    return place;
  }

  /** Reads the units from one up to another. Gives the count of their compounds. */
  #read(start: number, end: number, kind: number): number {
    let first = kind;
    let second = 0;
    for (let at = start; at < end; at = (at + 1) | 0) {
      const unit = units[at] as number;
      first = extendFirstHash(first, unit);
      second = extendSecondHash(second, first, unit);
    }
    const value =
      this.#pieces.find(first, second) || this.#learn(textBetween(start, end), first, second, kind);
    if (value > 0) return value - 1;
    const known = this.#known;
    const index = ~value;
    const place = this.#placeOf(start);
    const last = index + 2 + COMPOUND_SIZE * (known[index + 1] as number);
    for (let at = index + 2; at < last; at += COMPOUND_SIZE) {
      this.#met.push({
        entry: known[at] as number,
        place: place + (known[at + 1] as number),
        last: place + (known[at + 2] as number),
        raw: known[at + 3] as number,
      });
    }
    return known[index] as number;
  }

  /** Gives what the table then tells. */
  #learn(text: string, first: number, second: number, kind: number): number {
    const found = compoundsOf(text, wordsOf(text)).filter(
      (one) => (one.kind === 'number') === (kind === NUMBERS),
    );
    const asked = found.flatMap((compound) => {
      const entry = this.#entryOf(compound, hashesOfCompound(compound));
      return entry === 0 ? [] : [entry, compound.from, compound.to, this.#raws.push(compound.raw) - 1];
    });
    const value =
      asked.length === 0
        ? found.length + 1
        : this.#keep([found.length, asked.length / COMPOUND_SIZE, ...asked]);
    this.#pieces.add(first, second, value);
    return value;
  }

  #keep(numbers: readonly number[]): number {
    const index = this.#used;
    this.#used += numbers.length;
    if (this.#used > this.#known.length) {
      const larger = new Int32Array(Math.max(this.#used, this.#known.length * 2));
      larger.set(this.#known);
      this.#known = larger;
    }
    this.#known.set(numbers, index);
    return ~index;
  }
}

/** What is read of a piece, and what its hashes begin with: no piece begins with such a unit, which is a space. */
const WORDS = 0;
const NUMBERS = 1;

const AMPERSAND = 0x26;
const PERCENT = 0x25;
const PLUS = 0x2b;
const HASH = 0x23;
const DOT = 0x2e;

/** Of the first words of all that is read as "%". */
const PERCENT_HASHES: ReadonlySet<number> = new Set(PERCENT_FIRST_WORDS.map((word) => hashesOf(word).first));
const MAX_PERCENT_WORDS = 2;
const PERCENT_LETTERS: ReadonlySet<number> = new Set(PERCENT_FIRST_WORDS.map((word) => word.charCodeAt(0)));

const signAt = (at: number): number => signOf[units[at] as number] as number;
const lowerAt = (at: number): number => lowerOf[units[at] as number] as number;

const isSpacedSign = (at: number) => signAt(at) === AMPERSAND || signAt(at) === PERCENT;

/** Whether a number may go on behind its word, which may end with this digit. */
function mayContinueNumber(digit: number): boolean {
  const next = lowerAt(digit + 2);
  return lowerAt(digit + 1) === 0 && next > 0 && (isDigit(next) || PERCENT_LETTERS.has(next));
}

/** Whether a sign may join words or belong to a name, as far as the units beside it tell. */
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
  // Of .NET, $T and @name: "$5" is none.
  return sign > QUOTE && before === 0 && after > 0 && !isDigit(after);
}

/** Of a unit of a word. */
const isOneUnit = (at: number, from: number) =>
  (at === from || lowerAt(at - 1) === 0) && lowerAt(at + 1) === 0;

function isSpace(at: number): boolean {
  const unit = units[at] as number;
  return unit <= 0x20 || (unit >= 0xa0 && (unit === 0xa0 || unit === 0x2009 || unit === 0x202f));
}

/** Most pieces are words and signs without anything between. */
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

/** A sign that may have spaces beside it stands in a piece with what is behind these. */
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

/** Without brackets and quotes around it, a piece comes again more often. A quote beside another sign may change what that says. */
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

/** No hashes of a word, which exact terms meet; nor those of what has signs, which they meet, too. */
function hashesOfCompound({ text, kind }: Compound): Hashes {
  return hashesOf(kind === 'signed' ? text : `${JOINED_MARK}${text}`);
}

const JOINED_MARK = '\u0001';
