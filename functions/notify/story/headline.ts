import { folded } from '../../shared/text/folded.ts';
import { isUnspacedLetter, words } from '../../shared/text/words.ts';
import { isLabel } from './headline-labels.ts';

/** Two inflections of a word share a stem of at least this length and differ in a short ending. */
const MIN_STEM_LENGTH = 4;
const MAX_ENDING_LENGTH = 3;
/** In shorter words, one different letter makes another word. */
const MIN_MISSPELT_LENGTH = 6;

/** Returns whether two lower-case words are equal, are inflections of one word, or differ only by a typo. */
function areSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [folded(a), folded(b)];
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  const same = commonPrefixLength(short, long);
  if (same === long.length) return true;
  if (
    same >= MIN_STEM_LENGTH &&
    long.length - same <= MAX_ENDING_LENGTH &&
    short.length - same < MAX_ENDING_LENGTH
  )
    return true;
  return same > 0 && short.length >= MIN_MISSPELT_LENGTH && isTypo(short.slice(same), long.slice(same));
}

/**
 * Returns whether two words differ, after a common prefix, by one extra letter, one different letter, or two swapped
 * letters.
 */
function isTypo(short: string, long: string): boolean {
  if (long.length > short.length) return long.slice(1) === short;
  if (long.slice(1) === short.slice(1)) return true;
  return long[0] === short[1] && long[1] === short[0] && long.slice(2) === short.slice(2);
}

function commonPrefixLength(a: string, b: string): number {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return same;
}

/**
 * Returns the share of a headline that is new compared with an earlier one, from 0 to 1. Ignores numbers, labels such as
 * "LIVE:" and "- as it happened", parts that both have ("Premier League: …"), case, punctuation, typos and inflections.
 * Removed words do not count.
 */
export function newInHeadline(before: string, after: string): number {
  const knownParts = contentParts(before);
  const knownWords = uniqueContentWords(knownParts.flat());
  const knownTexts = new Set(knownParts.map((part) => part.join(' ')));
  const words = uniqueContentWords(
    contentParts(after)
      .filter((part) => !knownTexts.has(part.join(' ')))
      .flat(),
  );
  const added = words.filter((word) => !knownWords.some((known) => areSameWord(known, word)));
  return words.length === 0 ? 0 : wordWeight(added) / wordWeight(words);
}

/**
 * Returns the words of a text that carry content, each once. For scripts without spaces, returns pairs of characters,
 * since single characters occur everywhere.
 */
export function contentWords(text: string): string[] {
  return uniqueContentWords(contentParts(text).flat());
}

function contentParts(text: string): string[][] {
  const parts = text.replace(SITE_SUFFIX, '').split(SEPARATORS).map(wordsOfPart);
  return parts.filter((part) => !part.every(isLabel)).map(asPairs);
}

function uniqueContentWords(parts: readonly string[]): string[] {
  return [...new Set(parts)].filter((word) => !NUMBER.test(word));
}

/** Returns the number of words. Words of up to three letters count half: most say little, and no stop list covers all languages. */
export function wordWeight(list: readonly string[]): number {
  return list.reduce((sum, word) => sum + (word.length > 3 ? 1 : 0.5), 0);
}

/** The site or its section, after the last vertical bar. */
const SITE_SUFFIX = /\s[|｜]\s[^|｜]*$/u;
/** Separators between the parts of a headline: "LIVE: …", "… - as it happened", "[Updated] …", "UPDATE 2-…". */
const SEPARATORS = /\s[-‐-―]+|[-‐-―]+\s|[:：|｜•]+(?=\s|$)|[[\]()【】（）]|(?<=^[A-Z]+ \d+)-|\+{2,}/u;
/** Punctuation within a word: "pull-out" becomes "pullout", "U.S." becomes "US". */
const JOINTS = /(?<=\p{L})[-‐‑.'’](?=\p{L})/gu;
/** Times, scores and dates, including "14h30" and "2nd". */
const NUMBER = /^\p{N}/u;

function wordsOfPart(part: string): string[] {
  return words(part.replace(JOINTS, ''));
}

/** Joins adjacent characters of scripts without spaces into overlapping pairs. */
function asPairs(part: readonly string[]): string[] {
  return part.flatMap((word, n) => {
    if (!isUnspacedLetter(word)) return [word];
    const [last = '', next = ''] = [part[n - 1], part[n + 1]];
    if (isUnspacedLetter(next)) return [word + next];
    return isUnspacedLetter(last) ? [] : [word];
  });
}
