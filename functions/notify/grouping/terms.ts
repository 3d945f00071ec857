import { folded } from '../../shared/text/folded.ts';
import { functionWords } from '../../shared/text/function-words.ts';
import { isAlone, type Word, wordsOf } from '../../shared/text/words.ts';

/** A word of a text as stories compare it. */
export interface Term {
  readonly text: string;
  /** It begins with a capital. */
  readonly capital: boolean;
}

/** Letters of a word that are compared: most inflections come after them. */
const STEM = 6;
/** More of a text than any title or summary has words. */
const MOST_WORDS = 300;

const NUMBER = /^\p{N}/u;
const CAPITAL = /^\p{Lu}/u;

/** Of a script without spaces, two letters in a row. */
export const isLetters = (term: string): boolean => [...term].every(isAlone);

export const isNumber = (term: string): boolean => NUMBER.test(term);

/**
 * The words of a text that say what it is about: without the small words of its language, by their beginnings, numbers
 * and abbreviations whole ("5.1", "U.S."). Of scripts without spaces, every two letters in a row.
 */
export function termsOf(text: string): readonly Term[] {
  const words = wordsOf(text.normalize('NFC')).slice(0, MOST_WORDS);
  const small = languageBit(words);
  const terms: Term[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    const next = words[at + 1];
    if (isAlone(word.text)) {
      if (next?.start === word.end && isAlone(next.text)) terms.push(termOf(word.text + next.text, false));
      continue;
    }
    let whole = word.text;
    for (; joins(text, words[at], words[at + 1]); at++) whole += joint(text, words[at]) + words[at + 1]?.text;
    if (isNumber(whole)) terms.push({ text: plainNumber(whole), capital: false });
    else if ([...whole].length > 1 && ((functionWords.get(whole) ?? 0) & small) === 0) {
      terms.push(termOf(whole, CAPITAL.test(word.raw)));
    }
  }
  return terms;
}

function termOf(word: string, capital: boolean): Term {
  return { text: [...folded(word).slice(0, 2 * STEM)].slice(0, STEM).join(''), capital };
}

/** Of the language that most of the small words are of; English where they leave it open. */
function languageBit(words: readonly Word[]): number {
  const counts = new Map<number, number>();
  for (const { text } of words) {
    for (let left = functionWords.get(text) ?? 0; left !== 0; left &= left - 1) {
      const bit = left & -left;
      counts.set(bit, (counts.get(bit) ?? 0) + 1);
    }
  }
  let [best, most] = [1, counts.get(1) ?? 0];
  for (const [bit, count] of counts) if (count > most) [best, most] = [bit, count];
  return best;
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
  return (GROUPED.test(number) ? number.replace(/[.,]/g, '') : number).slice(0, 2 * STEM);
}
