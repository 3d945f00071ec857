import { allTerms, type TextTerm } from './all-terms.ts';
import { functionWords } from './function-words.ts';
import type { Word } from './words.ts';

export { isLetterPair, isNumber, type TextTerm } from './all-terms.ts';

/** Returns the terms of a text without the function words of its language. */
export function termsOf(text: string): readonly TextTerm[] {
  return allTerms(text, stopWordsIn);
}

function stopWordsIn(words: readonly Word[]): (word: string) => boolean {
  const language = languageBit(words);
  return (word) => ((functionWords.get(word) ?? 0) & language) !== 0;
}

/** Returns the bit of the language that most of the function words belong to, or English if they do not decide. */
function languageBit(words: readonly Word[]): number {
  const counts = new Map<number, number>();
  for (const { text } of words) {
    for (let bits = functionWords.get(text) ?? 0; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      counts.set(bit, (counts.get(bit) ?? 0) + 1);
    }
  }
  let [best, most] = [1, counts.get(1) ?? 0];
  for (const [bit, count] of counts) if (count > most) [best, most] = [bit, count];
  return best;
}
