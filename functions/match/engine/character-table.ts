import { APOSTROPHE, GERSHAYIM, HYPHEN, INVISIBLE, NAME_SIGNS } from '../../shared/text/characters.ts';
import { isUnspacedLetter, wordsOf } from '../../shared/text/words.ts';

/**
 * Maps each UTF-16 unit to its lower case, or to 0 if it separates words. IRREGULAR marks units whose words depend on
 * the neighbouring units. UNKNOWN marks units whose page of 256 is not computed yet: computing all pages at start-up
 * would take 20 ms. The rules are those of `wordsOf`.
 */
export const LOWER = new Int32Array(0x10000);
export const IRREGULAR = 0x10000;
const UNKNOWN = 0x20000;

const PAGE = 0x100;

/**
 * Units between words that may join them or belong to a name: JOINER, QUOTE, or the sign's code. 0 for all other
 * units.
 */
export const SIGN = new Int8Array(0x10000);
/** A hyphen or an apostrophe. */
const JOINER = 1;
/** Gershayim. */
export const QUOTE = 2;

/** 1 for digits and for signs that form compounds. 0 for all other units. */
export const FORMS_COMPOUNDS = new Uint8Array(0x10000);

/** Computes the pages of all units of a text. */
export function preparePages(text: string): void {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (((LOWER[unit] ?? 0) & UNKNOWN) === 0) continue;
    preparePage(unit - (unit % PAGE));
  }
}

function preparePage(page: number): void {
  for (let unit = page; unit < page + PAGE; unit++) {
    const character = String.fromCharCode(unit);
    SIGN[unit] = signOf(character);
    LOWER[unit] = SIGN[unit] === 0 ? lowerCaseOf(character) : 0;
    FORMS_COMPOUNDS[unit] = SIGN[unit] !== 0 || isDigit(LOWER[unit] ?? 0) ? 1 : 0;
  }
}

const JOINERS = new RegExp(`[${HYPHEN}${APOSTROPHE}]`, 'u');
const QUOTES = new RegExp(`[${GERSHAYIM}]`, 'u');
// Units that depend on their neighbours: surrogates, combining marks, Hangul letters, superscripts and invisible
// characters.
const CONTEXT_DEPENDENT = new RegExp(`[\\p{M}\\u1100-\\u11ff\\ud800-\\udfff⁰¹²³⁴-⁹${INVISIBLE}]`, 'v');

/** Returns whether a value of LOWER is a digit. Digits of all scripts are mapped to ASCII. */
export const isDigit = (lower: number): boolean => lower >= 0x30 && lower <= 0x39;

function signOf(character: string): number {
  if (JOINERS.test(character)) return JOINER;
  if (QUOTES.test(character)) return QUOTE;
  return NAME_SIGNS.get(character)?.charCodeAt(0) ?? 0;
}

function lowerCaseOf(character: string): number {
  if (CONTEXT_DEPENDENT.test(character)) return IRREGULAR;
  const [word, ...others] = wordsOf(character);
  if (!word) return 0;
  // Units such as ⑴ and ℃ always begin a new word.
  const isOne = others.length === 0 && word.text.length === 1 && character.normalize('NFKC').length === 1;
  const isRegular = isOne && !isUnspacedLetter(word.text) && !CONTEXT_DEPENDENT.test(word.text);
  return isRegular ? word.text.charCodeAt(0) : IRREGULAR;
}

LOWER.fill(IRREGULAR | UNKNOWN);
// Most texts need only these pages: Latin and general punctuation.
for (const page of [0x0000, 0x0100, 0x2000]) preparePage(page);
