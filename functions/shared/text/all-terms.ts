import { folded } from './folded.ts';
import { isUnspacedLetter, type Word, wordsOf } from './words.ts';

/** A word of a text in the form that stories compare. */
export interface TextTerm {
  readonly text: string;
  /** The word as written in the text. */
  readonly raw: string;
  /** Whether the word begins with a capital. */
  readonly capital: boolean;
}

/** Letters at the start of a word that are compared. Most inflections come after them. */
const STEM_LENGTH = 6;
/** Titles and summaries have fewer words. */
const MAX_WORDS = 300;

const NUMBER = /^\p{N}/u;
const CAPITAL = /^\p{Lu}/u;

/** Returns whether a term is a pair of letters of a script without spaces. */
export const isLetterPair = (term: string): boolean => [...term].every(isUnspacedLetter);

export const isNumber = (term: string): boolean => NUMBER.test(term);

/** Takes the words of a text, and returns a function that says which of them to omit. */
export type StopWordFilter = (words: readonly Word[]) => (word: string) => boolean;

/**
 * Returns the first letters of each word of a text, with whole numbers and abbreviations ("5.1", "U.S."). In scripts without
 * spaces, returns every pair of adjacent letters.
 */
export function allTerms(text: string, stopWords?: StopWordFilter): readonly TextTerm[] {
  const composed = text.normalize('NFC');
  const words = wordsOf(composed).slice(0, MAX_WORDS);
  const rawFrom = (start: number, last: number) => composed.slice(start, words[last]?.end);
  const isStopWord = stopWords?.(words);
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
    for (; areJoined(composed, words[at], words[at + 1]); at++)
      whole += separatorAfter(composed, words[at]) + words[at + 1]?.text;
    if (isNumber(whole)) terms.push({ text: plainNumber(whole), raw: rawFrom(start, at), capital: false });
    else if ([...whole].length > 1 && !isStopWord?.(whole)) {
      terms.push(termOf(whole, rawFrom(start, at), CAPITAL.test(word.raw)));
    }
  }
  return terms;
}

function termOf(word: string, raw: string, capital: boolean): TextTerm {
  return { text: [...folded(word).slice(0, 2 * STEM_LENGTH)].slice(0, STEM_LENGTH).join(''), raw, capital };
}

/** Returns whether two words are parts of one term, as in 5.1, 12:30, 194,000 and U.S. */
function areJoined(text: string, word: Word | undefined, next: Word | undefined): boolean {
  if (!word || !next || next.start !== word.end + 1) return false;
  const between = text.charAt(word.end);
  if (isNumber(word.text)) return isNumber(next.text) && '.,:'.includes(between);
  return between === '.' && word.text.length === 1 && next.text.length === 1;
}

/** Returns the separator of a number's parts, or '' for other terms. */
function separatorAfter(text: string, word: Word | undefined): string {
  const between = word ? text.charAt(word.end) : '';
  return word && isNumber(word.text) ? between : '';
}

const GROUPED = /^\d{1,3}(?:[.,]\d{3})+$/;

function plainNumber(number: string): string {
  return (GROUPED.test(number) ? number.replace(/[.,]/g, '') : number).slice(0, 2 * STEM_LENGTH);
}
