import { stem } from 'porter2';

/**
 * Returns the stem by Snowball's English stemmer ("Porter 2"). Also removes the plural s of abbreviations without a
 * vowel, such as PhDs and DVDs, which the stemmer keeps. GPS is not a plural of GP.
 */
export const englishStem = (word: string): string => stem(word.replace(PLURAL_WITHOUT_VOWEL, '$1'));

const PLURAL_WITHOUT_VOWEL = /^([b-df-hj-np-tv-xz]{2,}[b-df-hj-np-rtv-xz])s$/;

/** The endings of regular words, of words that end with a silent e, and of words that end with y. */
const ENDINGS = [/^(s|es|ed|ing)?$/, /^(e|es|ed|ing)$/, /^(y|ies|ied|ying)$/];
const DOUBLED = /([^aeiou])\1(?=(ed|ing)$)/;
const MIN_STEM = 2;
/** Longest ending in letters, including a doubled consonant. */
const MAX_ENDING = 5;

/** Words that look like inflections of unit, even and new, but are other words. */
const EXCEPTIONS = new Set(['united', 'evening', 'evenings', 'news']);

/**
 * Returns whether two words with one stem are forms of one word, and not derived from each other: "invests" is a form
 * of "invest", but "investment" is not.
 */
export function isSameEnglishWord(a: string, b: string): boolean {
  if (Math.max(a.length, b.length) - commonLength(a, b) > MAX_ENDING) return false;
  if (EXCEPTIONS.has(a) || EXCEPTIONS.has(b)) return false;
  const [left, right] = [withSingleConsonant(a, b), withSingleConsonant(b, a)];
  for (let at = commonLength(left, right); at >= MIN_STEM; at--) {
    const [leftEnding, rightEnding] = [left.slice(at), right.slice(at)];
    if (!ENDINGS.some((endings) => endings.test(leftEnding) && endings.test(rightEnding))) continue;
    // "churches" is a form of church; "castes" is not a form of cast.
    const isPlain = leftEnding === '' || rightEnding === '';
    if (!isPlain || (leftEnding !== 'es' && rightEnding !== 'es') || SIBILANT.test(left.slice(0, at)))
      return true;
  }
  return false;
}

function commonLength(a: string, b: string): number {
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return common;
}

const SIBILANT = /([sxzo]|ch|sh)$/;

/**
 * Undoes the doubling of a final consonant: returns "stoped" for "stopped" when compared with "stop", but keeps
 * "called" when compared with "call".
 */
function withSingleConsonant(word: string, other: string): string {
  const single = word.replace(DOUBLED, '$1');
  return single !== word && !other.startsWith(word.replace(/(ed|ing)$/, '')) ? single : word;
}
