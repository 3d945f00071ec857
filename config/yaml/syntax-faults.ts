import { Lexer, type YAMLError } from 'yaml';
import { ErrorContext, lineFrom, withoutComment } from './error-context.ts';
import type { Span } from './positions.ts';
import { wrongIndent } from './wrong-indent.ts';

/** A text that takes the place of a stretch of the file's text. */
export interface Edit extends Span {
  readonly text: string;
}

/** A fault of the YAML at one place, in the user's words. */
export interface SyntaxFault extends Span {
  /** "expected …, got …" */
  readonly message: string;
  readonly suggestion: string;
  /** Edits that make it YAML, so that further faults can be found; in the order of the text. */
  readonly fix?: readonly Edit[];
}

/** Yields the slips that can have led to the parser's first error, the likeliest first; one at least. */
export function* syntaxFaultsAt(text: string, error: YAMLError): Generator<SyntaxFault, undefined> {
  const place = new ErrorContext(text, error);
  for (const look of DETECTORS) {
    const slip = look(place);
    if (slip) yield slip;
  }
  const [at, end] = error.pos;
  yield {
    at,
    length: Math.max(1, end - at),
    message: `expected YAML, got a syntax error: ${error.message}`,
    suggestion: 'put texts with signs in quotes, and begin the keys of one map in one column',
  };
}

/** Returns the slip of a key that stands twice in one map. */
export function duplicateKeyFault(text: string, { pos: [at] }: YAMLError): SyntaxFault {
  const key = /^[\w-]+|^"[^"]*"|^'[^']*'/.exec(text.slice(at))?.[0] ?? '';
  const beginsEntry = ['id', 'url', 'email', 'sms'].includes(key);
  return {
    at,
    length: Math.max(1, key.length),
    message: `expected each key once, got ${key} for the second time in one map`,
    suggestion: beginsEntry
      ? `take one of them out; or begin the next entry of the list with a dash: - ${key}:`
      : 'take one of them out',
  };
}

/** Returns the slip of a text that begins with a sign of YAML at a place, which the parser has taken for an alias. */
export function aliasFault(text: string, at: number): SyntaxFault | undefined {
  return startsWithSign(new ErrorContext(text, { code: 'BAD_ALIAS', message: '', pos: [at, at + 1] }));
}

/** A text as YAML takes it whatever is in it. */
export function quoteText(text: string): string {
  return /["\\]/.test(text) || !text.includes("'") ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

type Detector = (place: ErrorContext) => SyntaxFault | undefined;

/** In this order: what is told first would otherwise be taken for what comes later. */
const DETECTORS: readonly Detector[] = [
  tab,
  strangeSign,
  openQuote,
  twoDocuments,
  backslash,
  openBracket,
  looseBracket,
  noSpaceAfterDash,
  signBeforeKey,
  noColonSpace,
  missingComma,
  severalKeys,
  mixedQuotes,
  indent,
  colonInText,
  startsWithSign,
  lineOfText,
];

function tab({ text, error, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  const [lead = ''] = /^\s*/.exec(line) ?? [];
  const isTab = error.code === 'TAB_AS_INDENT' || lead.includes('\t');
  const at = text.indexOf('\t', lineStart);
  if (!isTab || at < 0) return undefined;
  // All tabs of the file are one slip. The width that most editors show would be 4 or 8; files of ours have 2.
  const edits = [...text.matchAll(/^[ \t]*\t[ \t]*/gm)].map(({ 0: indent, index }) => ({
    at: index,
    length: indent.length,
    text: tabFree(text, index, indent),
  }));
  return {
    at,
    length: 1,
    message: 'expected spaces before a key or a list entry, got a tab',
    suggestion: 'YAML takes no tabs there: write spaces in their place, as many as on the lines beside it',
    fix: edits,
  };
}

/** As deep as the lines around it where they have spaces; two spaces for a tab otherwise. */
function tabFree(text: string, at: number, indent: string): string {
  const before = text
    .slice(0, at)
    .split('\n')
    .filter((line) => /^\s*[^\s#]/.test(line));
  const last = before.at(-1);
  if (last === undefined || /^ *\t/.test(last)) return indent.replaceAll('\t', '  ');
  const isEntry = text.startsWith('- ', at + indent.length);
  const opened = /:\s*(#.*)?$/.test(last) ? 2 : 0;
  const beside = isEntry && opened === 0 ? (before.findLast((line) => /^ *- /.test(line)) ?? last) : last;
  const [lead = ''] = (isEntry && opened === 0 ? /^ */ : /^ *(?:- +)*/).exec(beside) ?? [];
  return ' '.repeat(lead.length + opened);
}

const WIDE_SPACE = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/;
/** Spaces other than the ordinary one, at the beginning of a line or behind a key or a dash; and other colons behind a key. */
const STRANGE_SIGN = new RegExp(
  String.raw`^( *)(${WIDE_SPACE.source}+)|^(\s*(?:- +)*[\w-]+:|\s*-)(${WIDE_SPACE.source}+)|^(\s*(?:- +)*[\w-]+ ?)(\uff1a|\ufe55|\u2236|\ua789)`,
  'gmu',
);

function strangeSign({ text, lineStart, line, next }: ErrorContext): SyntaxFault | undefined {
  const end = next ? next.start + next.line.length : lineStart + line.length;
  const all = [...text.matchAll(STRANGE_SIGN)].map(
    ({ 1: indent, 2: spaces, 3: key, 4: behind, 5: word, 6: colon, index }) => {
      const at = index + (indent ?? key ?? word ?? '').length;
      const sign = spaces ?? behind ?? colon ?? '';
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
        ? `expected a space, got another sign that looks like one (${code})`
        : `expected a colon, got ${colon} (${code})`,
    suggestion:
      colon === undefined
        ? 'write a space in its place: it was probably copied from a web page or a word processor'
        : 'write : and a space in its place',
    fix: all.map(({ at, length, colon }) => ({
      at,
      length,
      text: colon === undefined ? ' '.repeat(length) : ': ',
    })),
  };
}

const KEY_LINE = /^\s*(?:- +)*[A-Za-z][\w-]*:(\s|$)/;

/** A quote at the end that is part of the text. */
const ESCAPED_END = /^"(?:[^\\]|\\[\s\S])*\\"$/;

function openQuote({ text }: ErrorContext): SyntaxFault | undefined {
  for (const { at, lexeme } of lexemes(text)) {
    const [first = '', ...others] = lexeme.split(/\r?\n/);
    const quote = first.slice(0, 1);
    const isClosed = lexeme.length > 1 && lexeme.endsWith(quote) && !ESCAPED_END.test(lexeme);
    const isOpen = !isClosed || others.some((line) => KEY_LINE.test(line));
    if (/^["']/.test(lexeme) && isOpen) {
      return {
        at,
        length: first.length,
        message: `expected a closing ${quote} on this line, got ${others.join('').trim() === '' ? 'the end of the file' : 'other lines of the file'}`,
        suggestion: `write the closing ${quote} at the end of the text; a text that has a ${quote} in it goes into other quotes`,
        fix: [{ at: at + first.trimEnd().length, length: 0, text: quote }],
      };
    }
  }
  return undefined;
}

/** Signs that the lexer adds: of a document, of a text, and of the end of brackets. */
const LEXER_MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f'];

function* lexemes(text: string): Generator<{ readonly at: number; readonly lexeme: string }> {
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (LEXER_MARKS.includes(lexeme)) continue;
    yield { at, lexeme };
    at += lexeme.length;
  }
}

function twoDocuments({ error, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'MULTIPLE_DOCS' || !/^---/.test(line)) return undefined;
  return {
    at: lineStart,
    length: 3,
    message: 'expected one document, got the sign of a second one',
    suggestion: 'take the line --- out',
    fix: [{ at: lineStart, length: 3, text: '#--' }],
  };
}

function backslash(place: ErrorContext): SyntaxFault | undefined {
  const { error, at, value } = place;
  if (error.code !== 'BAD_DQ_ESCAPE' || !value) return undefined;
  const inner = value.text.replace(/^"|"$/g, '');
  return {
    at,
    length: 2,
    message: `expected no backslash in double quotes, got ${place.text.slice(at, at + 2)}`,
    suggestion: `write it in single quotes: ${quoteText(inner)}`,
    fix: [quote(value, inner)],
  };
}

const CLOSING = { '[': ']', '{': '}' } as const;

function openBracket({ text, error, at }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'BAD_INDENT' || !error.message.startsWith('Flow')) return undefined;
  const opening = error.message.startsWith('Flow map') ? '{' : '[';
  const open: number[] = [];
  for (const { at: offset, lexeme } of lexemes(text)) {
    if (offset >= at) break;
    if (lexeme === opening) open.push(offset);
    if (lexeme === CLOSING[opening]) open.pop();
  }
  const from = open.at(-1);
  if (from === undefined) return undefined;
  const content = text.slice(0, at).trimEnd().length;
  const isSameLine = !text.slice(from, at).includes('\n');
  const end = isSameLine ? content : from + withoutComment(lineFrom(text, from)).length;
  return {
    at: from,
    length: end - from,
    message: `expected a closing ${CLOSING[opening]}, got ${at >= text.trimEnd().length ? 'the end of the file' : text.slice(at, at + 1) === '\n' ? 'the end of the line' : lineFrom(text, at).slice(0, 20)}`,
    suggestion: `write ${CLOSING[opening]} behind the last entry; a text that begins with ${opening} goes into quotes`,
    fix: [{ at: content, length: 0, text: CLOSING[opening] }],
  };
}

function looseBracket({ text, error, at, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  const sign = text.slice(at, at + 1);
  if (!/flow-(seq|map)-end token/.test(error.message)) return undefined;
  // A value that begins with one is a text.
  if (/(:|-)\s+$/.test(line.slice(0, at - lineStart))) return undefined;
  return {
    at,
    length: 1,
    message: `expected no ${sign} here, for no ${sign === ']' ? '[' : '{'} is open, got one`,
    suggestion: `take it out; a text that has a ${sign} in it goes into quotes`,
    fix: [{ at, length: 1, text: ' ' }],
  };
}

function noSpaceAfterDash({ text, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  const [, indent, key] = /^(\s*)-([A-Za-z][\w-]*):(?:\s|$)/.exec(line) ?? [];
  if (indent === undefined) return undefined;
  const at = lineStart + indent.length;
  // The other keys of the entry stand below this one, without the space.
  const below = new RegExp(`(?<=\\n)(?= {${indent.length + 1}}[^\\s-])`, 'g');
  const end = text.slice(at).search(new RegExp(`\\n {0,${indent.length}}[^\\s#]`));
  const entry = text.slice(0, end < 0 ? text.length : at + end);
  const others = [...entry.matchAll(below)].map(({ index }) => index).filter((index) => index > at);
  return {
    at,
    length: 1,
    message: `expected a space behind the dash, got -${key}:`,
    suggestion: `write - ${key}:`,
    fix: [at + 1, ...others].map((at) => ({ at, length: 0, text: ' ' })),
  };
}

/** `@arvenia: Ostrand`, as sets are used. */
function signBeforeKey({ line, lineStart }: ErrorContext): SyntaxFault | undefined {
  const [, lead, sign, key] = /^(\s*(?:- +)*)([@`%&*!])([\p{L}\p{N}_-]+)\s*:(?:\s|$)/u.exec(line) ?? [];
  if (lead === undefined) return undefined;
  const at = lineStart + lead.length;
  return {
    at,
    length: `${sign}${key}`.length,
    message: `expected a key without a sign before it, got ${sign}${key}`,
    suggestion: `write ${key}:`,
    fix: [{ at, length: 1, text: '' }],
  };
}

/** `match:flood`, `name = x`, `feeds` alone: a key without a colon and a space. */
function noColonSpace({ error, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'MULTILINE_IMPLICIT_KEY' && error.code !== 'MISSING_CHAR') return undefined;
  const [, lead, key = '', sign = '', rest = ''] =
    /^(\s*(?:- +)*)([A-Za-z][\w-]*)(:(?=\S)|\s*=\s*|\s*$)(.*)$/.exec(line) ?? [];
  if (lead === undefined || /^https?$/.test(key)) return undefined;
  const at = lineStart + lead.length;
  const value = withoutComment(rest.trim());
  const meant = `${key}:${value === '' ? '' : ` ${value}`}`;
  return {
    at,
    length: withoutComment(line).length - lead.length,
    message: `expected a key with a colon and a space, got ${withoutComment(line.slice(lead.length))}`,
    suggestion: `write ${meant}`,
    fix: [{ at: at + key.length, length: sign.length, text: ': ' }],
  };
}

function missingComma({ text, error, at, value }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'BLOCK_IN_FLOW' || !value) return undefined;
  const [, first = '', space = '', key = ''] = /^(\S+)(\s+)([A-Za-z]\w*):\s/.exec(text.slice(at)) ?? [];
  if (key === '') return undefined;
  return {
    at: at + first.length + space.length,
    length: key.length + 1,
    message: `expected a comma before ${key}:, got none`,
    suggestion: `write ${first}, ${key}:`,
    fix: [{ at: at + first.length, length: 0, text: ',' }],
  };
}

/** `id: a, match: x` on a line without brackets. */
function severalKeys({ error, value, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY' || !value || TEXTS.test(value.key)) return undefined;
  const [, , key] = /^([^"',]*),\s+([a-z]\w*):\s/.exec(value.text) ?? [];
  if (key === undefined) return undefined;
  const column = line.lastIndexOf(`${value.key}:`, value.at - lineStart);
  return {
    at: value.at,
    length: value.length,
    message: `expected one key on a line, got a second one: ${key}:`,
    suggestion: `put ${key}: on a line of its own, below ${value.key}:, or all of it in braces: { ${value.key}: ${value.text} }`,
    fix: [...value.text.matchAll(/,\s+(?=[a-z]\w*:\s)/g)].map(({ 0: sign, index }) => ({
      at: value.at + index,
      length: sign.length,
      text: `\n${' '.repeat(Math.max(0, column))}`,
    })),
  };
}

/** Keys whose values are texts, which may well have a comma and a colon in them. */
const TEXTS = /^(match|urgent|name|title)$/;

const AT_END = /at node end|Missing , or : between flow sequence items|Missing , between flow/;

/** A text of which a part is in quotes or brackets: `"Rhine barge" OR bridge`. */
function mixedQuotes({ text, error, at, value }: ErrorContext): SyntaxFault | undefined {
  if (!AT_END.test(error.message) || !value || !/^["'[{]|\$\{/.test(value.text)) return undefined;
  if (at < value.at) return undefined;
  const [sign = ''] = value.text;
  const rest = text.slice(at, value.at + value.length);
  const isVariable = value.text.includes(`\${`);
  const apostrophe = sign === "'" && /\w'\w/.test(value.text);
  const inner = apostrophe ? value.text.replace(/^'|'$/g, '') : value.text;
  const got = isVariable ? value.text : shortened(rest);
  return {
    at: isVariable ? value.at : at,
    length: isVariable ? value.length : Math.max(1, rest.length),
    message: isVariable
      ? `expected quotes around \${…} within { }, got ${got}`
      : apostrophe
        ? `expected the text to end with its closing ', got ${got} behind it: an apostrophe ends a text in single quotes`
        : `expected the value to end with its closing ${CLOSING[sign as '['] ?? sign}, got ${got} behind it`,
    suggestion: `put ${isVariable ? 'it' : 'all of it'} in quotes: ${value.key === '' ? '' : `${value.key}: `}${quoteText(inner)}`,
    fix: [quote(value, inner)],
  };
}

const INDENT_ERRORS =
  /same column|without - indicator|block sequence may not|need to be on a single line|Nested mappings|at node end|followed by map values/;

function indent({ text, error, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (!INDENT_ERRORS.test(error.message)) return undefined;
  const lines = text.split(/\r?\n/);
  const from = text.slice(0, lineStart).split('\n').length - 1;
  const next = lines.findIndex((line, n) => n > from && /^\s*[^\s#]/.test(line));
  const wrong = wrongIndent(lines, from, next < 0 ? from : next);
  if (!wrong) return undefined;
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const startOf = (line: number) => starts[line] ?? text.length;
  const { line, name, column, expected, until } = wrong;
  const by = expected - column;
  const mend = lines.slice(line, until).flatMap((one, n) => {
    const at = startOf(line + n);
    if (one.trim() === '') return [];
    return by > 0 ? [{ at, length: 0, text: ' '.repeat(by) }] : [{ at, length: -by, text: '' }];
  });
  return {
    at: startOf(line) + column,
    length: name.length,
    message: `expected ${name} in column ${expected + 1}, as ${wrong.with.name} of line ${wrong.with.line + 1}, got column ${column + 1}`,
    suggestion: `${by > 0 ? 'put' : 'take'} ${Math.abs(by)} space${Math.abs(by) === 1 ? '' : 's'} ${by > 0 ? 'before it' : 'away before it'}: what belongs together begins in one column`,
    fix: mend,
  };
}

/** `name: Rhine: shipping` */
function colonInText({ error, value }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY' && error.code !== 'BLOCK_IN_FLOW') return undefined;
  if (!value || !/:(\s|$)/.test(value.text) || /^[?-] /.test(value.text)) return undefined;
  if (SECTION.test(value.key)) return onLineOfKey(value);
  return {
    at: value.at,
    length: value.length,
    message: `expected quotes around a text that has a colon and a space in it, got ${shortened(value.text)}`,
    suggestion: `write ${value.key === '' ? '' : `${value.key}: `}${quoteText(value.text)}`,
    fix: [quote(value, value.text)],
  };
}

/** The second line of a comment or of a text, which is neither indented nor marked. */
function lineOfText({ text: all, error, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (!/^(MULTILINE_IMPLICIT_KEY|MISSING_CHAR|BAD_INDENT)$/.test(error.code)) return undefined;
  const text = withoutComment(line.trim());
  if (text === '' || /:(\s|$)/.test(text)) return undefined;
  const at = lineStart + indentOf(line);
  const above = all.slice(0, lineStart).trimEnd().split('\n').at(-1) ?? '';
  const goesOn = indentOf(above) > indentOf(line) && !/^\s*(#|- |[\w-]+:(\s|$))/.test(above);
  return {
    at,
    length: text.length,
    message: `expected a key with a colon and a space, got the text ${shortened(text)}`,
    suggestion: 'put # before it if it is a comment; more spaces if it goes on with the text above it',
    fix: [
      goesOn
        ? { at, length: 0, text: ' '.repeat(indentOf(above) - indentOf(line)) }
        : { at, length: text.length, text: '' },
    ],
  };
}

const indentOf = (line: string) => line.length - line.trimStart().length;

const SIGN_MEANINGS: Readonly<Record<string, string>> = {
  '*': 'an alias',
  '&': 'an anchor',
  '!': 'a tag',
  '>': 'a text on the lines below',
  '|': 'a text on the lines below',
  '-': 'a list',
  '?': 'a key',
  '[': 'a list',
  ']': 'the end of a list',
  '{': 'a map',
  '}': 'the end of a map',
};

/** Returns the fault of a text that begins with a sign of YAML; `key` and `text` as they stand in the file. */
export function signFault(key: string, text: string): Pick<SyntaxFault, 'message' | 'suggestion'> {
  const [sign = ''] = text;
  const means = SIGN_MEANINGS[sign];
  return {
    message: `expected quotes around a text that begins with ${sign}${means === undefined ? '' : `, which is the sign of ${means} in YAML`}, got ${shortened(text)}`,
    suggestion: `write ${key === '' ? '' : `${key}: `}${quoteText(text)}`,
  };
}

function startsWithSign({ value }: ErrorContext): SyntaxFault | undefined {
  if (!value || !/^[@`%*&!>|,?\]}{[-]/.test(value.text)) return undefined;
  const { at, length, key, text } = value;
  if (/^- [A-Za-z]\w*:/.test(text) || (text.startsWith('- ') && SECTION.test(key))) return onLineOfKey(value);
  return { at, length, ...signFault(key, text), fix: [quote(value, text)] };
}

const SECTION = /^(topics|feeds|recipients|operations|defaults|terms)$/;

function onLineOfKey({
  at,
  length,
  key,
  text,
}: Span & { readonly key: string; readonly text: string }): SyntaxFault {
  return {
    at,
    length,
    message: `expected ${text.startsWith('-') ? 'the first entry' : 'this'} on a line of its own, got it behind ${key}:`,
    suggestion: `end the line after ${key}: and write it below, indented`,
    fix: [{ at, length: 0, text: '\n  ' }],
  };
}

const quote = ({ at, length }: Span, text: string): Edit => ({ at, length, text: quoteText(text) });

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
