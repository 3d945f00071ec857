import type { YAMLError } from 'yaml';
import type { Span } from './positions.ts';

type ParserError = Pick<YAMLError, 'code' | 'message' | 'pos'>;

/** The surroundings of a parser error: its offset, its line and the value at that place. */
export class ErrorContext {
  readonly text: string;
  readonly error: ParserError;
  readonly at: number;
  readonly lineStart: number;
  /** Without its line break. */
  readonly line: string;

  constructor(text: string, error: ParserError) {
    this.text = text;
    this.error = error;
    this.at = error.pos[0];
    this.lineStart = text.lastIndexOf('\n', this.at - 1) + 1;
    this.line = lineFrom(text, this.lineStart);
  }

  /** The next line that is neither blank nor a comment. */
  get next(): { readonly start: number; readonly line: string } | undefined {
    for (let start = this.lineStart + this.line.length; ; ) {
      const newline = this.text.indexOf('\n', start);
      if (newline < 0) return undefined;
      start = newline + 1;
      const line = lineFrom(this.text, start);
      if (/^\s*[^\s#]/.test(line)) return { start, line };
    }
  }

  /** The value at the error: from after its key, dash, comma or bracket to the end of the line or of the entry. */
  get value(): (Span & { readonly key: string; readonly text: string }) | undefined {
    const [, lead = '', key = ''] =
      /^(\s*(?:- +)*(?:([^\s#"'[\]{},:][^:#]*?)\s*:\s+)?)/.exec(this.line) ?? [];
    const whole = {
      at: this.lineStart + lead.length,
      key,
      text: withoutComment(this.line.slice(lead.length)),
    };
    const entry = /^[[{]/.test(whole.text) ? entryAt(whole.text, this.at - whole.at) : undefined;
    const found = entry ? { ...entry, at: whole.at + entry.at, key: entry.key || key } : whole;
    return found.text === '' ? undefined : { ...found, length: found.text.length };
  }
}

/** Returns the rest of a line without its line break. */
export function lineFrom(text: string, start: number): string {
  return text.slice(start).split(/\r?\n/, 1)[0] ?? '';
}

export function withoutComment(text: string): string {
  return text.replace(/\s+#.*$/, '').trimEnd();
}

/** Returns the entry that contains an offset in a line with brackets. */
function entryAt(line: string, at: number): { at: number; key: string; text: string } | undefined {
  const signs = [...line.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\$\{[^}\s]*\}|[[\]{},]/g)].filter(
    ([sign]) => /^[[\]{},]$/.test(sign),
  );
  const depth = signs
    .filter(({ index }) => index < at)
    .reduce((open, [sign]) => open + (/[[{]/.test(sign) ? 1 : sign === ',' ? 0 : -1), 0);
  const before = signs.findLast(({ index }) => index < at)?.index;
  const after = signs.find(({ index }) => index >= at)?.index ?? line.length;
  if (before === undefined || depth <= 0) return undefined;
  const [lead = '', key = ''] = /^\s*(?:([\w-]+):\s+)?/.exec(line.slice(before + 1, after)) ?? [];
  const from = before + 1 + lead.length;
  return { at: from, key, text: line.slice(from, after).trimEnd() };
}
