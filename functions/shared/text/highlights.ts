import { folded } from './folded.ts';
import { wordsOf } from './words.ts';

/** A part of a text, in UTF-16 units. */
export interface Highlight {
  readonly from: number;
  readonly to: number;
}

/**
 * Returns where words or phrases occur in a text. Highlights do not overlap, and the longest phrase wins. Searches the text
 * again instead of storing positions, since texts are shortened and made safe after matching.
 */
export function highlightsOf(text: string, phrases: readonly string[]): Highlight[] {
  const searched = phrases.map(plainWords).filter((phrase) => phrase.length > 0);
  const words = wordsOf(text);
  const plain = words.map((word) => folded(word.text));
  const highlights: Highlight[] = [];
  for (let at = 0; at < words.length; ) {
    const matching = searched.filter((phrase) => phrase.every((word, n) => plain[at + n] === word));
    const length = Math.max(0, ...matching.map((phrase) => phrase.length));
    const [first, last] = [words[at], words[at + length - 1]];
    if (length > 0 && first && last) highlights.push({ from: first.start, to: last.end });
    at += Math.max(1, length);
  }
  return highlights;
}

/** Maps the parts of a text: highlighted ones with one function, and the parts between them with another. */
export function mapHighlights<T>(
  text: string,
  highlights: readonly Highlight[],
  plain: (part: string) => T,
  highlighted: (part: string) => T,
): T[] {
  const parts: T[] = [];
  let done = 0;
  for (const { from, to } of highlights) {
    parts.push(plain(text.slice(done, from)), highlighted(text.slice(from, to)));
    done = to;
  }
  return [...parts, plain(text.slice(done))];
}

function plainWords(text: string): string[] {
  return wordsOf(text).map((word) => folded(word.text));
}
