import { folded } from './folded.ts';
import { isUnspacedLetter, type Word, wordsOf } from './words.ts';

/** A word of a text as stories compare it. */
export interface TextTerm {
  readonly text: string;
  /** As it stands in the text. */
  readonly raw: string;
  /** It begins with a capital. */
  readonly capital: boolean;
}

/** Letters of a word that are compared. Most inflections come after them. */
const STEM_LENGTH = 6;
/** No title or summary has more words. */
const MAX_WORDS = 300;

const NUMBER = /^\p{N}/u;
const CAPITAL = /^\p{Lu}/u;

/** Of a script without spaces, two letters in a row. */
export const isLetterPair = (term: string): boolean => [...term].every(isUnspacedLetter);

export const isNumber = (term: string): boolean => NUMBER.test(term);

/** Says which words of a text are left out. */
export type StopWordFilter = (words: readonly Word[]) => (word: string) => boolean;

/**
 * Returns the words of a text by their beginnings, numbers and abbreviations whole ("5.1", "U.S."). Of scripts without
 * spaces, every two letters in a row.
 */
export function allTerms(text: string, smallWords?: StopWordFilter): readonly TextTerm[] {
  const composed = text.normalize('NFC');
  const words = wordsOf(composed).slice(0, MAX_WORDS);
  const rawFrom = (start: number, last: number) => composed.slice(start, words[last]?.end);
  const isSmall = smallWords?.(words);
  const terms: TextTerm[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    const next = words[at + 1];
    if (isUnspacedLetter(word.text)) {
      if (next?.start === word.end && isUnspacedLetter(next.text))
        terms.push(termOf(word.text + next.text, word.raw + next.raw, false));
      continue;
    }
    let whole = word.text;
    const { start } = word;
    for (; joins(composed, words[at], words[at + 1]); at++)
      whole += joint(composed, words[at]) + words[at + 1]?.text;
    if (isNumber(whole)) terms.push({ text: plainNumber(whole), raw: rawFrom(start, at), capital: false });
    else if ([...whole].length > 1 && !isSmall?.(whole)) {
      terms.push(termOf(whole, rawFrom(start, at), CAPITAL.test(word.raw)));
    }
  }
  return terms;
}

function termOf(word: string, raw: string, capital: boolean): TextTerm {
  return { text: [...folded(word).slice(0, 2 * STEM_LENGTH)].slice(0, STEM_LENGTH).join(''), raw, capital };
}

/** The parts of 5.1, of 12:30, of 194,000; of U.S. */
function joins(text: string, word: Word | undefined, next: Word | undefined): boolean {
  if (!word || !next || next.start !== word.end + 1) return false;
  const between = text.charAt(word.end);
  if (isNumber(word.text)) return isNumber(next.text) && '.,:'.includes(between);
  return between === '.' && word.text.length === 1 && next.text.length === 1;
}

function joint(text: string, word: Word | undefined): string {
  const between = word ? text.charAt(word.end) : '';
  return word && isNumber(word.text) ? between : '';
}

const GROUPED = /^\d{1,3}(?:[.,]\d{3})+$/;

function plainNumber(number: string): string {
  return (GROUPED.test(number) ? number.replace(/[.,]/g, '') : number).slice(0, 2 * STEM_LENGTH);
}
