import { truncate } from '../../shared/text/truncate.ts';
import { bisect } from './bisect.ts';

/** Maximum UTF-16 units of context on either side of the found text. */
const MAX_CONTEXT = 60;
/** Maximum UTF-16 units of the found text. Longer texts are truncated. */
const MAX_FOUND = 200;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the found text, at most 200 UTF-16 units, and a snippet that shows it in context, at most 322. Cuts at
 * white space; at a word boundary if there is no white space nearby; and at a grapheme within a word longer than the
 * limit. `words` are the words of the text, in order.
 */
export function snippetAround(
  text: string,
  words: readonly Span[],
  from: number,
  to: number,
): { readonly snippet: string; readonly found: string } {
  const end = to - from <= MAX_FOUND ? to : endOfFound(text, words, from);
  let start = Math.max(0, from - MAX_CONTEXT);
  if (start > 0) {
    const space = text.slice(start - 1, from).search(/\s/);
    start = space >= 0 ? start + space : (words[bisect(words, (word) => word.start >= start)]?.start ?? from);
    start = Math.min(start, from);
  }
  let stop = Math.min(text.length, end + MAX_CONTEXT);
  if (stop < text.length) {
    const space = text.slice(end, stop + 1).search(/\s\S*$/);
    const last = words[bisect(words, (word) => word.end > stop) - 1]?.end ?? end;
    stop = space >= 0 ? end + space : Math.max(end, last);
  }
  const shown = text.slice(start, stop).trim();
  return {
    snippet: `${start > 0 ? '…' : ''}${shown}${stop < text.length ? '…' : ''}`,
    found: text.slice(from, end),
  };
}

/**
 * Truncates the found text after the last word that fits. The words of a phrase may be far apart: some feeds have a
 * page of dashes between them.
 */
function endOfFound(text: string, words: readonly Span[], from: number): number {
  const last = words[bisect(words, (word) => word.end > from + MAX_FOUND) - 1];
  if (last && last.start >= from && last.end > from) return last.end;
  // In some scripts, any number of letters can join into one grapheme.
  const found = text.slice(from, from + MAX_FOUND + 2);
  return from + (truncate(found, MAX_FOUND) || found.slice(0, MAX_FOUND)).length;
}
