import { type QuerySpan, textAt } from './query-error.ts';

/** Terminal columns of context on either side of the marked span. */
const MAX_CONTEXT_COLUMNS = 36;

/**
 * Returns three lines: the text around a span, carets beneath the span, and the suggestion, if there is one:
 *
 * storm AND OR flood
 * ^^
 * remove one of the two
 */
export function codeFrame(span: QuerySpan & { readonly suggestion?: string }): string {
  const { source, at, length } = span;
  const text = source.text;
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const lineEnd = newline < 0 ? text.length : newline;
  const start = Math.max(lineStart, at - MAX_CONTEXT_COLUMNS);
  const end = Math.min(
    lineEnd,
    Math.max(at + Math.min(length, MAX_CONTEXT_COLUMNS), at + 1) + MAX_CONTEXT_COLUMNS,
  );
  const before = printable(text.slice(start, at));
  const marked = printable(
    textAt(span)
      .split('\n')[0]
      ?.slice(0, end - at) ?? '',
  );
  const line = `${start > lineStart ? '…' : ''}${before}${printable(text.slice(at, end))}${end < lineEnd ? '…' : ''}`;
  const indent = ' '.repeat(columns(before) + (start > lineStart ? 1 : 0));
  const carets = indent + '^'.repeat(Math.max(1, columns(marked.trimEnd())));
  return [line.trimEnd(), carets, ...(span.suggestion === undefined ? [] : [span.suggestion])].join('\n');
}

/** Replaces control and format characters, which would move the cursor, and lone surrogates with spaces. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ');
}

const WIDE_CHARACTER =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]|\p{Emoji_Presentation}/u;

function columns(text: string): number {
  let count = 0;
  for (const sign of text) count += /\p{Mn}/u.test(sign) ? 0 : WIDE_CHARACTER.test(sign) ? 2 : 1;
  return count;
}
