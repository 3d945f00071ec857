import { shorten } from '../faults.ts';
import { CLOSING_BRACKETS, lexemes, type SyntaxFault } from './detector.ts';
import { type ErrorContext, lineFrom, withoutComment } from './error-context.ts';

export function twoDocuments({ error, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'MULTIPLE_DOCS' || !/^---/.test(line)) return undefined;
  return {
    at: lineStart,
    length: 3,
    message: 'expected one document, got the start of a second one',
    suggestion: 'remove the line ---',
    fix: [{ at: lineStart, length: 3, text: '#--' }],
  };
}

export function openBracket({ text, error, at }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'BAD_INDENT' || !error.message.startsWith('Flow')) return undefined;
  const opening = error.message.startsWith('Flow map') ? '{' : '[';
  const open: number[] = [];
  for (const { at: offset, lexeme } of lexemes(text)) {
    if (offset >= at) break;
    if (lexeme === opening) open.push(offset);
    if (lexeme === CLOSING_BRACKETS[opening]) open.pop();
  }
  const from = open.at(-1);
  if (from === undefined) return undefined;
  const content = text.slice(0, at).trimEnd().length;
  const isSameLine = !text.slice(from, at).includes('\n');
  const end = isSameLine ? content : from + withoutComment(lineFrom(text, from)).length;
  return {
    at: from,
    length: end - from,
    message: `expected a closing ${CLOSING_BRACKETS[opening]}, got ${at >= text.trimEnd().length ? 'the end of the file' : text.slice(at, at + 1) === '\n' ? 'the end of the line' : lineFrom(text, at).slice(0, 20)}`,
    suggestion: `write ${CLOSING_BRACKETS[opening]} after the last entry; a text that begins with ${opening} needs quotes`,
    fix: [{ at: content, length: 0, text: CLOSING_BRACKETS[opening] }],
  };
}

export function looseBracket({ text, error, at, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  const sign = text.slice(at, at + 1);
  if (!/flow-(seq|map)-end token/.test(error.message)) return undefined;
  // A value that begins with a closing bracket is a text without quotes, which another detector finds.
  if (/(:|-)\s+$/.test(line.slice(0, at - lineStart))) return undefined;
  return {
    at,
    length: 1,
    message: `expected no ${sign} without an open ${sign === ']' ? '[' : '{'}, got one`,
    suggestion: `remove it; a text that contains a ${sign} needs quotes`,
    fix: [{ at, length: 1, text: ' ' }],
  };
}

/** Detects `@arvenia: Ostrand`, as queries write the names of sets. */
export function signBeforeKey({ line, lineStart }: ErrorContext): SyntaxFault | undefined {
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

/** Detects a key without a colon and a space: `match:flood`, `name = x`, or only `feeds`. */
export function noColonSpace({ error, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'MULTILINE_IMPLICIT_KEY' && error.code !== 'MISSING_CHAR') return undefined;
  const [, lead, key = '', sign = '', rest = ''] =
    /^(\s*(?:- +)*)([A-Za-z][\w-]*)(:(?=\S)|\s*=\s*|\s*$)(.*)$/.exec(line) ?? [];
  if (lead === undefined || /^https?$/.test(key)) return undefined;
  const at = lineStart + lead.length;
  const value = withoutComment(rest.trim());
  const corrected = `${key}:${value === '' ? '' : ` ${value}`}`;
  return {
    at,
    length: withoutComment(line).length - lead.length,
    message: `expected a key with a colon and a space, got ${withoutComment(line.slice(lead.length))}`,
    suggestion: `write ${corrected}`,
    fix: [{ at: at + key.length, length: sign.length, text: ': ' }],
  };
}

export function missingComma({ text, error, at, value }: ErrorContext): SyntaxFault | undefined {
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

/** Detects `id: a, match: x` on a line without brackets. */
export function severalKeys({ error, value, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY' || !value || TEXTS.test(value.key)) return undefined;
  const [, , key] = /^([^"',]*),\s+([a-z]\w*):\s/.exec(value.text) ?? [];
  if (key === undefined) return undefined;
  const column = line.lastIndexOf(`${value.key}:`, value.at - lineStart);
  return {
    at: value.at,
    length: value.length,
    message: `expected one key on a line, got a second one: ${key}:`,
    suggestion: `put ${key}: on its own line below ${value.key}:, or everything in braces: { ${value.key}: ${value.text} }`,
    fix: [...value.text.matchAll(/,\s+(?=[a-z]\w*:\s)/g)].map(({ 0: sign, index }) => ({
      at: value.at + index,
      length: sign.length,
      text: `\n${' '.repeat(Math.max(0, column))}`,
    })),
  };
}

/** Keys whose values are texts, which may contain commas and colons. */
const TEXTS = /^(match|urgent|name|title)$/;

/** Detects a line that continues a comment without a #, or a text without an indent. */
export function lineOfText({ text: file, error, line, lineStart }: ErrorContext): SyntaxFault | undefined {
  if (!/^(MULTILINE_IMPLICIT_KEY|MISSING_CHAR|BAD_INDENT)$/.test(error.code)) return undefined;
  const text = withoutComment(line.trim());
  if (text === '' || /:(\s|$)/.test(text)) return undefined;
  const at = lineStart + indentOf(line);
  const above = file.slice(0, lineStart).trimEnd().split('\n').at(-1) ?? '';
  const continuesText = indentOf(above) > indentOf(line) && !/^\s*(#|- |[\w-]+:(\s|$))/.test(above);
  return {
    at,
    length: text.length,
    message: `expected a key with a colon and a space, got the text ${shorten(text)}`,
    suggestion: 'put # before it if it is a comment, or more spaces if it continues the text above it',
    fix: [
      continuesText
        ? { at, length: 0, text: ' '.repeat(indentOf(above) - indentOf(line)) }
        : { at, length: text.length, text: '' },
    ],
  };
}

const indentOf = (line: string) => line.length - line.trimStart().length;
