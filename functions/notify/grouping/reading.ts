import type { Signature } from './signature.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A signature, ready to be compared: words are numbers of a vocabulary. */
export interface Reading {
  /** In their order, each once. */
  readonly title: readonly number[];
  readonly summary: readonly number[];
  /** Those of both, ascending. */
  readonly words: Int32Array;
  /** Of each of `words`: how much it counts, more in a title, and most in both. */
  readonly strengths: Float64Array;
  readonly names: ReadonlySet<number>;
  /** Neighbours. */
  readonly pairs: ReadonlySet<number>;
  /** Every three letters of the title's words, ascending. */
  readonly letters: Float64Array;
}

const IN_SUMMARY = 1;
const IN_TITLE = 1.7;
const IN_BOTH = 2.1;

export function readSignature(signature: Signature, vocabulary: Vocabulary): Reading {
  const [head = '', body = ''] = signature.split('|', 2);
  const titleWords = split(head);
  const title = titleWords.map((word) => vocabulary.of(word));
  const names = new Set<number>();
  const summary = split(body).map((marked) => {
    const isName = marked.endsWith('*');
    const word = vocabulary.of(isName ? marked.slice(0, -1) : marked);
    if (isName) names.add(word);
    return word;
  });
  const [inTitle, inSummary] = [new Set(title), new Set(summary)];
  const words = Int32Array.from(new Set([...title, ...summary])).sort();
  const strength = (word: number) =>
    inTitle.has(word) ? (inSummary.has(word) ? IN_BOTH : IN_TITLE) : IN_SUMMARY;
  return {
    title,
    summary,
    words,
    strengths: Float64Array.from(words, strength),
    names,
    pairs: new Set([...pairsOf(title), ...pairsOf(summary)]),
    letters: lettersOf(titleWords),
  };
}

/** Whether a reading has a word: `words` is ascending. */
export function has({ words }: Reading, word: number): boolean {
  let [low, high] = [0, words.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = words[middle] ?? 0;
    if (found === word) return true;
    if (found < word) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function split(words: string): string[] {
  return words === '' ? [] : words.split(' ');
}

const MOST_WORDS = 2 ** 26;

function pairsOf(words: readonly number[]): number[] {
  return words.slice(1).map((word, n) => (words[n] ?? 0) * MOST_WORDS + word);
}

function lettersOf(words: readonly string[]): Float64Array {
  const letters = new Set<number>();
  for (const word of words) {
    const within = `_${word}`;
    for (let at = 0; at + 3 <= within.length; at++) {
      letters.add(
        (within.charCodeAt(at) * 65_536 + within.charCodeAt(at + 1)) * 65_536 + within.charCodeAt(at + 2),
      );
    }
  }
  return Float64Array.from(letters).sort();
}
