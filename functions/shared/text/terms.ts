import { allTerms, type TextTerm } from './all-terms.ts';
import { functionWords } from './function-words.ts';
import type { Word } from './words.ts';

export { isLetterPair, isNumber, type TextTerm } from './all-terms.ts';

/** Returns the terms of a text that say what it is about: those that are no small words of its language. */
export function termsOf(text: string): readonly TextTerm[] {
  return allTerms(text, stopWordsIn);
}

function stopWordsIn(words: readonly Word[]): (word: string) => boolean {
  const language = languageBit(words);
  return (word) => ((functionWords.get(word) ?? 0) & language) !== 0;
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
