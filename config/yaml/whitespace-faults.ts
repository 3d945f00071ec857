import { count } from '../../functions/shared/text/count.ts';
import type { SyntaxFault } from './detector.ts';
import type { ErrorContext } from './error-context.ts';
import { wrongIndent } from './wrong-indent.ts';

export function tab({ text, error, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  const [lead = ''] = /^\s*/.exec(line) ?? [];
  const isTab = error.code === 'TAB_AS_INDENT' || lead.includes('\t');
  const at = text.indexOf('\t', lineStart);
  if (!isTab || at < 0) return undefined;
  // All tabs of the file count as one mistake. Editors show tabs 4 or 8 columns wide, but our files are indented by 2.
  const edits = [...text.matchAll(/^[ \t]*\t[ \t]*/gm)].map(({ 0: indent, index }) => ({
    at: index,
    length: indent.length,
    text: tabFree(text, index, indent),
  }));
  return {
    at,
    length: 1,
    message: 'expected spaces before a key or a list entry, got a tab',
    suggestion: 'YAML allows no tabs there: write spaces instead, as many as on the neighboring lines',
    fix: edits,
  };
}

/**
 * Returns an indent without tabs: as deep as the lines around it if these have spaces, and otherwise two spaces for each
 * tab.
 */
function tabFree(text: string, at: number, indent: string): string {
  const linesBefore = text
    .slice(0, at)
    .split('\n')
    .filter((line) => /^\s*[^\s#]/.test(line));
  const last = linesBefore.at(-1);
  if (last === undefined || /^ *\t/.test(last)) return indent.replaceAll('\t', '  ');
  const isEntry = text.startsWith('- ', at + indent.length);
  const opened = /:\s*(#.*)?$/.test(last) ? 2 : 0;
  const sibling =
    isEntry && opened === 0 ? (linesBefore.findLast((line) => /^ *- /.test(line)) ?? last) : last;
  const [lead = ''] = (isEntry && opened === 0 ? /^ */ : /^ *(?:- +)*/).exec(sibling) ?? [];
  return ' '.repeat(lead.length + opened);
}

const WIDE_SPACE = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/;

/** Unusual spaces at the beginning of a line, or after a key or a dash, and unusual colons after a key. */
const STRANGE_SIGN = new RegExp(
  String.raw`^( *)(${WIDE_SPACE.source}+)|^([ \t]*(?:- +)*[\w-]+:|[ \t]*-)(${WIDE_SPACE.source}+)|^([ \t]*(?:- +)*[\w-]+ ?)(\uff1a|\ufe55|\u2236|\ua789)`,
  'gmu',
);

export function strangeSign({ text, lineStart, line, next }: ErrorContext): SyntaxFault | undefined {
  const end = next ? next.start + next.line.length : lineStart + line.length;
  const all = [...text.matchAll(STRANGE_SIGN)].map(
    ({ 1: indent, 2: leading, 3: key, 4: following, 5: word, 6: colon, index }) => {
      const at = index + (indent ?? key ?? word ?? '').length;
      const sign = leading ?? following ?? colon ?? '';
      return { at, length: sign.length, colon, sign };
    },
  );
  const first = all.find(({ at }) => at <= end);
  if (!first) return undefined;
  const { at, length, colon, sign } = first;
  const code = `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    at,
    length,
    message:
      colon === undefined
        ? `expected a space, got a character that looks like one (${code})`
        : `expected a colon, got ${colon} (${code})`,
    suggestion:
      colon === undefined
        ? 'write a space instead: it was probably copied from a web page or a word processor'
        : 'write : and a space instead',
    fix: all.map(({ at, length, colon }) => ({
      at,
      length,
      text: colon === undefined ? ' '.repeat(length) : ': ',
    })),
  };
}

export function noSpaceAfterDash({ text, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  const [, indent, key] = /^(\s*)-([A-Za-z][\w-]*):(?:\s|$)/.exec(line) ?? [];
  if (indent === undefined) return undefined;
  const at = lineStart + indent.length;
  // The other keys of the entry are aligned with this one and need the space as well.
  const below = new RegExp(`(?<=\\n)(?= {${indent.length + 1}}[^\\s-])`, 'g');
  const end = text.slice(at).search(new RegExp(`\\n {0,${indent.length}}[^\\s#]`));
  const entry = text.slice(0, end < 0 ? text.length : at + end);
  const others = [...entry.matchAll(below)].map(({ index }) => index).filter((index) => index > at);
  return {
    at,
    length: 1,
    message: `expected a space after the dash, got -${key}:`,
    suggestion: `write - ${key}:`,
    fix: [at + 1, ...others].map((at) => ({ at, length: 0, text: ' ' })),
  };
}

const INDENT_ERRORS =
  /same column|without - indicator|block sequence may not|need to be on a single line|Nested mappings|at node end|followed by map values/;

export function indent({ text, error, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (!INDENT_ERRORS.test(error.message)) return undefined;
  const lines = text.split(/\r?\n/);
  const from = text.slice(0, lineStart).split('\n').length - 1;
  const next = lines.findIndex((line, n) => n > from && /^\s*[^\s#]/.test(line));
  const wrong = wrongIndent(lines, from, next < 0 ? from : next);
  if (!wrong) return undefined;
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const startOf = (line: number) => starts[line] ?? text.length;
  const { line, name, column, expected, until } = wrong;
  const shift = expected - column;
  const fix = lines.slice(line, until).flatMap((shifted, n) => {
    const at = startOf(line + n);
    if (shifted.trim() === '') return [];
    return shift > 0 ? [{ at, length: 0, text: ' '.repeat(shift) }] : [{ at, length: -shift, text: '' }];
  });
  return {
    at: startOf(line) + column,
    length: name.length,
    message: `expected ${name} in column ${expected + 1}, like ${wrong.with.name} on line ${wrong.with.line + 1}, got column ${column + 1}`,
    suggestion: `${shift > 0 ? 'add' : 'remove'} ${count(Math.abs(shift), 'space')} before it to align them`,
    fix,
  };
}
