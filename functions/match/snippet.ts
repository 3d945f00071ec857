/** How much of a text stands in a snippet on either side of what was found, and of that itself, characters. */
const REACH = 60;
const LONGEST = 200;

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The text around a part of it: cut at white space or, where there is none for long, at a word. `words` are those of the
 * text, in order.
 */
export function snippetAround(text: string, words: readonly Span[], from: number, to: number): string {
  // The words of a phrase may lie far apart where a feed puts a page of dashes between them.
  const end =
    to - from <= LONGEST
      ? to
      : (words.findLast((word) => word.end <= from + LONGEST && word.start >= from)?.end ??
        words.find((word) => word.end > from)?.end ??
        to);

  let start = Math.max(0, from - REACH);
  if (start > 0) {
    const space = text.slice(start - 1, from).search(/\s/);
    start = space >= 0 ? start + space : (words.find((word) => word.start >= start)?.start ?? from);
    start = Math.min(start, from);
  }
  let stop = Math.min(text.length, end + REACH);
  if (stop < text.length) {
    const space = text.slice(end, stop + 1).search(/\s\S*$/);
    stop = space >= 0 ? end + space : Math.max(end, words.findLast((word) => word.end <= stop)?.end ?? end);
  }
  return `${start > 0 ? '…' : ''}${text.slice(start, stop).trim()}${stop < text.length ? '…' : ''}`;
}
