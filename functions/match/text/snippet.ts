import { truncate } from '../../shared/text/truncate.ts';
import { bisect } from './bisect.ts';

/** How much of a text stands in a snippet on either side of what was found, UTF-16 units. */
const MAX_CONTEXT = 60;
/** How much of what was found, UTF-16 units; of a longer one, the beginning. */
const MAX_FOUND = 200;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns what was found, 200 UTF-16 units of it at most, and the text around it, 322 at most: cut at white space or,
 * where there is none for long, at a word; within a word that is longer than all of that, at a grapheme. `words` are
 * those of the text, in order.
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

/** The words of a phrase may lie far apart where a feed puts a page of dashes between them: as many as there is room for. */
function endOfFound(text: string, words: readonly Span[], from: number): number {
  const last = words[bisect(words, (word) => word.end > from + MAX_FOUND) - 1];
  if (last && last.start >= from && last.end > from) return last.end;
  // In some scripts letters join without end.
  const found = text.slice(from, from + MAX_FOUND + 2);
  return from + (truncate(found, MAX_FOUND) || found.slice(0, MAX_FOUND)).length;
}
