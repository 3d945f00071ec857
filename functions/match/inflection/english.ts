import { stem } from 'porter2';

/** Snowball's English stemmer ("Porter 2"), which knows no plural of what has no vowel: PhDs, DVDs. GPS is none of GP. */
export const englishStem = (word: string): string => stem(word.replace(PLURAL_WITHOUT_VOWEL, '$1'));

const PLURAL_WITHOUT_VOWEL = /^([b-df-hj-np-tv-xz]{2,}[b-df-hj-np-rtv-xz])s$/;

/** Of a word as it is, of one that ends with a silent e, of one with y. */
const ENDINGS = [/^(s|es|ed|ing)?$/, /^(e|es|ed|ing)$/, /^(y|ies|ied|ying)$/];
const DOUBLED = /([^aeiou])\1(?=(ed|ing)$)/;
const MIN_STEM = 2;
/** Of an ending, its doubled consonant with it. */
const MAX_ENDING = 5;

/** What would be taken for an inflection of unit, even, new. */
const EXCEPTIONS = new Set(['united', 'evening', 'evenings', 'news']);

/** Whether two words of one stem are one word, and not one derived from the other: "invest", but not "investment". */
export function isSameEnglishWord(a: string, b: string): boolean {
  if (Math.max(a.length, b.length) - commonLength(a, b) > MAX_ENDING) return false;
  if (EXCEPTIONS.has(a) || EXCEPTIONS.has(b)) return false;
  const [one, other] = [withSingleConsonant(a, b), withSingleConsonant(b, a)];
  for (let at = commonLength(one, other); at >= MIN_STEM; at--) {
    const [left, right] = [one.slice(at), other.slice(at)];
    if (!ENDINGS.some((endings) => endings.test(left) && endings.test(right))) continue;
    // "churches" is of church; "castes" is not of cast.
    const isPlain = left === '' || right === '';
    if (!isPlain || (left !== 'es' && right !== 'es') || SIBILANT.test(one.slice(0, at))) return true;
  }
  return false;
}

function commonLength(a: string, b: string): number {
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return common;
}

const SIBILANT = /([sxzo]|ch|sh)$/;

/** "stopped" as "stoped", beside "stop"; "called" stays beside "call". */
function withSingleConsonant(word: string, beside: string): string {
  const alike = word.replace(DOUBLED, '$1');
  return alike !== word && !beside.startsWith(word.replace(/(ed|ing)$/, '')) ? alike : word;
}
