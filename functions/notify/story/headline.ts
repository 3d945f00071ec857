import { folded } from '../../shared/text/folded.ts';
import { isUnspacedLetter, words } from '../../shared/text/words.ts';
import { isLabel } from './headline-labels.ts';

/** Letters that two words must begin with to be inflections of one, and how many others they may end in. */
const MIN_STEM_LENGTH = 4;
const MAX_ENDING_LENGTH = 3;
/** In shorter words, one letter makes another word. */
const MIN_MISSPELT_LENGTH = 6;

/** The same word, an inflection as most languages make them, at the end, or a slip of the pen. Takes lower case. */
export function areSameWord(a: string, b: string): boolean {
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

/** Of what is left after the same beginning: one letter too much, another one, or two the wrong way round. */
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
 * The share of a headline that is new to whoever knows another one, from 0 to 1: without regard to numbers, labels such as
 * "LIVE:" and "- as it happened", parts that both have ("Premier League: …"), case, punctuation, slips and inflections.
 * What an edit takes away is not new.
 */
export function newInHeadline(before: string, after: string): number {
  const knownParts = contentParts(before);
  const known = uniqueContentWords(knownParts.flat());
  const kept = new Set(knownParts.map((part) => part.join(' ')));
  const told = uniqueContentWords(
    contentParts(after)
      .filter((part) => !kept.has(part.join(' ')))
      .flat(),
  );
  const added = told.filter((word) => !known.some((one) => areSameWord(one, word)));
  return told.length === 0 ? 0 : wordWeight(added) / wordWeight(told);
}

/** The words of a text that tell something, each once; of scripts without spaces pairs of letters, as a letter alone is anywhere. */
export function contentWords(text: string): string[] {
  return uniqueContentWords(contentParts(text).flat());
}

function contentParts(text: string): string[][] {
  const parts = text.replace(SITE_SUFFIX, '').split(SEPARATORS).map(wordsOfPart);
  return parts.filter((part) => !part.every(isLabel)).map(inPairs);
}

function uniqueContentWords(all: readonly string[]): string[] {
  return [...new Set(all)].filter((word) => !NUMBER.test(word));
}

/** Short words mostly tell nothing, and no list of them covers all languages. */
export function wordWeight(all: readonly string[]): number {
  return all.reduce((sum, word) => sum + (word.length > 3 ? 1 : 0.5), 0);
}

/** What comes after the last upright is the site, or a section of it. */
const SITE_SUFFIX = /\s[|｜]\s[^|｜]*$/u;
/** Between the parts of a headline: "LIVE: …", "… - as it happened", "[Updated] …", "UPDATE 2-…". */
const SEPARATORS = /\s[-‐-―]+|[-‐-―]+\s|[:：|｜•]+(?=\s|$)|[[\]()【】（）]|(?<=^[A-Z]+ \d+)-|\+{2,}/u;
/** Within a word: "pull-out" is "pullout", "U.S." is "US". */
const JOINTS = /(?<=\p{L})[-‐‑.'’](?=\p{L})/gu;
/** Clocks, scores, dates: also "14h30" and "2nd". */
const NUMBER = /^\p{N}/u;

function wordsOfPart(part: string): string[] {
  return words(part.replace(JOINTS, ''));
}

function inPairs(all: readonly string[]): string[] {
  return all.flatMap((word, n) => {
    if (!isUnspacedLetter(word)) return [word];
    const [last = '', next = ''] = [all[n - 1], all[n + 1]];
    if (isUnspacedLetter(next)) return [word + next];
    return isUnspacedLetter(last) ? [] : [word];
  });
}
