import { folded } from './folded.ts';
import { wordsOf } from './words.ts';

/** A part of a text, in UTF-16 units. */
export interface Highlight {
  readonly from: number;
  readonly to: number;
}

/**
 * Where in a text any of some words or phrases stand, each place once and of several there the longest. What was found
 * for a term is looked for rather than kept as a place: texts are shortened and made safe on their way.
 */
export function highlightsOf(text: string, phrases: readonly string[]): Highlight[] {
  const wanted = phrases.map(plainWords).filter((phrase) => phrase.length > 0);
  const words = wordsOf(text);
  const plain = words.map((word) => folded(word.text));
  const marks: Highlight[] = [];
  for (let at = 0; at < words.length; ) {
    const here = wanted.filter((phrase) => phrase.every((word, n) => plain[at + n] === word));
    const length = Math.max(0, ...here.map((phrase) => phrase.length));
    const [first, last] = [words[at], words[at + length - 1]];
    if (length > 0 && first && last) marks.push({ from: first.start, to: last.end });
    at += Math.max(1, length);
  }
  return marks;
}

/** A text in which a function has changed what is marked, and another what is not. */
export function mapHighlights<T>(
  text: string,
  marks: readonly Highlight[],
  plain: (part: string) => T,
  marked: (part: string) => T,
): T[] {
  const parts: T[] = [];
  let done = 0;
  for (const { from, to } of marks) {
    parts.push(plain(text.slice(done, from)), marked(text.slice(from, to)));
    done = to;
  }
  return [...parts, plain(text.slice(done))];
}

function plainWords(text: string): string[] {
  return wordsOf(text).map((word) => folded(word.text));
}
