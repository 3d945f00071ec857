import { words } from '../../functions/shared/query.ts';
import { joined, type Markup, markup } from '../markup.ts';

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** A text in which every place of the terms is marked; words are those of the query language. */
export function marked(text: string, terms: readonly string[]): Markup {
  const normal = text.normalize('NFC');
  const parts: Markup[] = [];
  let done = 0;
  for (const { from, to } of places(normal, terms)) {
    parts.push(markup`${normal.slice(done, from)}<mark>${normal.slice(from, to)}</mark>`);
    done = to;
  }
  return joined([...parts, markup`${normal.slice(done)}`]);
}

/** Whether a term stands in a text as it is. */
export function stands(text: string, term: string): boolean {
  return places(text.normalize('NFC'), [term]).length > 0;
}

function places(text: string, terms: readonly string[]): { from: number; to: number }[] {
  const wanted = terms.map(words).filter((term) => term.length > 0);
  const found = [...text.matchAll(WORD)];
  const result: { from: number; to: number }[] = [];
  for (let at = 0; at < found.length; ) {
    const lengths = wanted.filter((term) => isAt(found, at, term)).map((term) => term.length);
    const length = Math.max(0, ...lengths);
    const [first, last] = [found[at], found[at + length - 1]];
    if (length > 0 && first && last) result.push({ from: first.index, to: last.index + last[0].length });
    at += Math.max(1, length);
  }
  return result;
}

function isAt(found: readonly RegExpExecArray[], at: number, term: readonly string[]): boolean {
  return term.every((word, n) => found[at + n]?.[0].toLowerCase() === word);
}
