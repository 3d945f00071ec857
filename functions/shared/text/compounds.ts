import { APOSTROPHE, GERSHAYIM, HYPHEN, NAME_SIGNS } from './characters.ts';
import { isUnspacedLetter, type Word } from './words.ts';

/** Adjacent words, or a word with signs, that can also be read as one word. */
export interface Compound {
  /** The positions of its first and its last word. */
  readonly from: number;
  readonly to: number;
  /** In lower case, without joiners but with the signs of a name: "email", "phd", "2500", "at&t", "c++". */
  readonly text: string;
  /** The same with the words' own capitals. */
  readonly raw: string;
  readonly kind: 'joined' | 'dotted' | 'number' | 'signed';
}

/** No name has more separate parts. */
const MAX_PARTS = 4;
const MAX_COMPOUNDS = 400;

/**
 * Returns the maximum number of compounds, not counting numbers, to find in a text of `units` UTF-16 units. Articles and
 * labels have fewer.
 */
export function maxCompounds(units: number): number {
  return Math.min(MAX_COMPOUNDS, 40 + Math.ceil(units / 25));
}

/**
 * Returns the compounds of a text: "email" for "e-mail", "quran" for "Qur’an", "phd" for "Ph.D.", "2500" for "2,500", and
 * "5%" for "5 percent". AT&T, C++, .NET and 5% keep their signs. `words` are the words of the text.
 */
export function compoundsOf(text: string, words: readonly Word[]): Compound[] {
  const found: Compound[] = [];
  const numbers: Compound[] = [];
  const max = maxCompounds(text.length);
  for (let from = 0; from < words.length; from++) {
    const beginsWithDigit = isDigit(words[from]?.text.charCodeAt(0) ?? 0);
    if (beginsWithDigit) {
      addNumber(numbers, text, words, from);
      addPercent(numbers, text, words, from);
    }
    if (found.length >= max || (!beginsWithDigit && isSeparate(text, words, from))) continue;
    addSigned(found, text, words, from);
    addJoined(found, text, words, from);
  }
  return [...found, ...numbers];
}

const isDigit = (unit: number) => unit >= 0x30 && unit <= 0x39;

/** Returns whether nothing but at most one space separates a word from each of its neighbours. */
function isSeparate(text: string, words: readonly Word[], at: number): boolean {
  const { start, end } = words[at] as Word;
  const next = words[at + 1]?.start;
  if (next !== end && (next !== end + 1 || text.charCodeAt(end) !== SPACE_UNIT)) return false;
  return start === 0 || words[at - 1]?.end === start || text.charCodeAt(start - 1) === SPACE_UNIT;
}

const SPACE_UNIT = 0x20;

const gapAfter = (text: string, word: Word | undefined, next: Word | undefined) =>
  word && next && next.start >= word.end ? text.slice(word.end, next.start) : undefined;

const HYPHENS = new RegExp(`^[${HYPHEN}]$`, 'u');
const APOSTROPHES = new RegExp(`^[${APOSTROPHE}]$`, 'u');
const QUOTES = new RegExp(`^[${GERSHAYIM}]$`, 'u');

const ENDS_IN_DIGIT = /\p{N}$/u;
const BEGINS_WITH_DIGIT = /^\p{N}/u;
const ONE_LETTER = /^\p{L}\p{M}*$/u;
const LETTERS = /^[\p{L}\p{M}]+$/u;
const ONE_CAPITAL = /^\p{Lu}$/u;
const SHORT_CAPITALS = /^\p{Lu}{2,3}$/u;
const HEBREW = /^\p{Script=Hebrew}/u;

/** "she’ll" is not "shell", and "we’re" is not "were". */
const CONTRACTED = /^(?:ll|re|ve|d|m)$/;
/** In French and Italian, before a lower-case word: "l’arme" is not "larme". */
const ELIDED = /^[cdjlmnst]$/;
const SMALL = /^\p{Ll}/u;

function addJoined(found: Compound[], text: string, words: readonly Word[], from: number): void {
  let { text: joined, raw } = words[from] as Word;
  let areInitials = ONE_CAPITAL.test(raw);
  let isDotted = true;
  let areLetters = ONE_LETTER.test(joined);
  for (let to = from + 1; to < from + MAX_PARTS; to++) {
    const [before, word] = [words[to - 1], words[to]];
    const gap = gapAfter(text, before, word);
    if (!before || !word || gap?.length !== 1 || !areJoined(before, gap, word)) return;
    joined += word.text;
    raw += word.raw;
    isDotted &&= gap === '.';
    areLetters &&= ONE_LETTER.test(word.text);
    areInitials &&= isDotted && ONE_CAPITAL.test(word.raw);
    // "a.m." also matches letter by letter; "Ph.D." and "E.ON" do not.
    const kind = isDotted && !areLetters ? 'dotted' : 'joined';
    // "U.S." is not "us". Terms have a variant for initials instead.
    if (!areInitials) found.push({ from, to, text: joined.normalize('NFC'), raw, kind });
  }
}

/** Returns whether two words with a sign between them can be read as one. "9-11" is not 911. */
function areJoined(before: Word, sign: string, word: Word): boolean {
  if (ENDS_IN_DIGIT.test(before.text) && BEGINS_WITH_DIGIT.test(word.text)) return false;
  if (sign === '.') {
    const isInitial = ONE_LETTER.test(before.text) || ONE_LETTER.test(word.text);
    return isInitial && LETTERS.test(before.text) && LETTERS.test(word.text) && !isUnspacedLetter(word.text);
  }
  if (HYPHENS.test(sign)) return !isUnspacedLetter(before.text) && !isUnspacedLetter(word.text);
  if (QUOTES.test(sign)) return HEBREW.test(before.text) && HEBREW.test(word.text);
  if (!APOSTROPHES.test(sign) || isUnspacedLetter(before.text) || isUnspacedLetter(word.text)) return false;
  // "US’s" is not "USS".
  if (CONTRACTED.test(word.text) || (word.text === 's' && SHORT_CAPITALS.test(before.raw))) return false;
  return !(ELIDED.test(before.text) && SMALL.test(word.raw));
}

/** Adds the compounds of a word with signs after it, before it and within it. */
function addSigned(found: Compound[], text: string, words: readonly Word[], at: number): void {
  const word = words[at];
  if (!word) return;
  const signs = signsAfter(text, word);
  const point = signs === '%' ? pointBefore(text, words, at) : '';
  if (signs !== '') found.push(signed(at, at, point + word.text + signs, point + word.raw + signs));
  const sign = signBefore(text, word);
  if (sign !== '') found.push(signed(at, at, sign + word.text, sign + word.raw));
  if (signWithin(text, words[at - 1], word) !== '') return;
  let [name, raw, to] = [word.text, word.raw, at];
  for (; to < at + MAX_PARTS; to++) {
    const [within, next] = [signWithin(text, words[to], words[to + 1]), words[to + 1]];
    if (within === '' || !next) break;
    name += within + next.text;
    raw += within + next.raw;
  }
  if (to > at) found.push(signed(at, to, name, raw));
}

function signed(from: number, to: number, text: string, raw: string): Compound {
  return { from, to, text, raw, kind: 'signed' };
}

const signAt = (text: string, at: number) => NAME_SIGNS.get(text.charAt(at)) ?? '';
const DIGITS = /^\d+$/;
const IN_WORD = /[\p{L}\p{N}]/u;
const SPACE = /^[ \u00a0\u2009\u202f]$/;

/** Returns "++" for C++, "+" for Disney+, "#" for C#, and "%" after a number, even after a space. */
function signsAfter(text: string, { end, text: word }: Word): string {
  const sign = signAt(text, end);
  if (DIGITS.test(word)) {
    if (sign === '%' || (SPACE.test(text.charAt(end)) && signAt(text, end + 1) === '%')) return '%';
  }
  if (sign !== '+' && sign !== '#') return '';
  if (sign === '+' && signAt(text, end + 1) === '+') return '++';
  return IN_WORD.test(text.charAt(end + 1)) ? '' : sign;
}

/** Returns the decimal point before a number: 3.5% is not 5%. */
function pointBefore(text: string, words: readonly Word[], at: number): string {
  const before = words[at - 1];
  return DIGITS.test(before?.text ?? '') && POINT.test(gapAfter(text, before, words[at]) ?? '') ? '.' : '';
}

const POINT = /^[.,\u066b]$/;

/** Returns "." for .NET, "$" for $T, "#" for #flood and "@" for @name, but '' in an address, in $5 and after a sentence. */
function signBefore(text: string, { start, text: word }: Word): string {
  const sign = signAt(text, start - 1);
  if (!/^[.$#@]$/.test(sign) || !/^\p{L}/u.test(word) || isUnspacedLetter(word)) return '';
  const before = text.charAt(start - 2);
  return IN_WORD.test(before) || signAt(text, start - 2) !== '' ? '' : sign;
}

/** Returns "&" for AT&T, with or without spaces, and "+" for P5+1. */
function signWithin(text: string, before: Word | undefined, word: Word | undefined): string {
  const gap = gapAfter(text, before, word);
  if (gap === undefined || gap.length > 3) return '';
  const sign = NAME_SIGNS.get(gap.replace(/^[ \u00a0]|[ \u00a0]$/g, '')) ?? '';
  return sign === '&' || (sign === '+' && gap.length === 1) ? sign : '';
}

const FIRST_GROUP = /^[1-9]\d{0,2}$/;
const GROUP = /^\d{3}$/;
const SHORT_GROUP = /^\d{2}$/;
const SEPARATOR = /^[.,'’ \u00a0\u2009\u202f\u066c]$/;

/**
 * Adds numbers with groups: "2,500", "2.500", "2 500" and India's "1,00,000". Adds each number only as a whole, not its parts.
 */
function addNumber(found: Compound[], text: string, words: readonly Word[], from: number): void {
  const first = words[from]?.text ?? '';
  const separator = gapAfter(text, words[from], words[from + 1]);
  if (!FIRST_GROUP.test(first) || separator === undefined || !SEPARATOR.test(separator)) return;
  const isNext = (at: number, group: RegExp) =>
    gapAfter(text, words[at - 1], words[at]) === separator && group.test(words[at]?.text ?? '');
  if (GROUP.test(first) && isNext(from, GROUP) && /^\d{1,3}$/.test(words[from - 1]?.text ?? '')) return;
  let to = from;
  let number = first;
  if (separator === ',' && first.length < 3) {
    while (isNext(to + 1, SHORT_GROUP)) number += words[++to]?.text;
    if (to > from && !isNext(to + 1, GROUP)) return;
  }
  while (isNext(to + 1, GROUP)) number += words[++to]?.text;
  if (to > from) found.push({ from, to, text: number, raw: number, kind: 'number' });
}

/** "Percent" after a number, in several languages. */
const PERCENT = [
  ...[
    'percent',
    'per cent',
    'pct',
    'prozent',
    'procent',
    'pour cent',
    'por ciento',
    'por cento',
    'per cento',
  ],
  ...['процент', 'процента', 'процентов', 'відсоток', 'відсотка', 'відсотків'],
].map((name) => name.split(' '));
/** The first words of the names of "percent". */
export const PERCENT_FIRST_WORDS: readonly string[] = PERCENT.flatMap((parts) => parts.slice(0, 1));

/** The characters between a number and "percent", as in "5-percent rise". */
const BEFORE_NAME = /^[ \u00a0\u2009\u202f\-\u2010\u2011]$/;

/** Adds "5%" for "5 percent". */
function addPercent(found: Compound[], text: string, words: readonly Word[], from: number): void {
  const number = words[from]?.text ?? '';
  if (!DIGITS.test(number)) return;
  const isNext = (part: string, n: number) =>
    words[from + 1 + n]?.text === part &&
    BEFORE_NAME.test(gapAfter(text, words[from + n], words[from + 1 + n]) ?? '');
  const name = PERCENT.find((parts) => parts.every(isNext));
  if (!name) return;
  const percent = `${pointBefore(text, words, from)}${number}%`;
  found.push({ from, to: from + name.length, text: percent, raw: percent, kind: 'number' });
}
