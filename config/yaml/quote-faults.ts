import { shorten } from '../faults.ts';
import { CLOSING_BRACKETS, type Edit, lexemes, type SyntaxFault } from './detector.ts';
import type { ErrorContext } from './error-context.ts';
import type { Span } from './positions.ts';

/** Puts a text in quotes that suit it. */
export function quoteText(text: string): string {
  return /["\\]/.test(text) || !text.includes("'") ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

const KEY_LINE = /^\s*(?:- +)*[A-Za-z][\w-]*:(\s|$)/;

/** A text in double quotes whose last quote is escaped. */
const ESCAPED_END = /^"(?:[^\\]|\\[\s\S])*\\"$/;

export function openQuote({ text }: ErrorContext): SyntaxFault | undefined {
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
        suggestion: `write the closing ${quote} at the end of the text; a text that contains a ${quote} goes in the other kind of quotes`,
        fix: [{ at: at + first.trimEnd().length, length: 0, text: quote }],
      };
    }
  }
  return undefined;
}

export function backslash({ text, error, at, value }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'BAD_DQ_ESCAPE' || !value) return undefined;
  const inner = value.text.replace(/^"|"$/g, '');
  return {
    at,
    length: 2,
    message: `expected no backslash in double quotes, got ${text.slice(at, at + 2)}`,
    suggestion: `use single quotes: ${quoteText(inner)}`,
    fix: [quote(value, inner)],
  };
}

const AT_END = /at node end|Missing , or : between flow sequence items|Missing , between flow/;

/** Detects a text that is only partly in quotes or brackets: `"Rhine barge" OR bridge`. */
export function mixedQuotes({ text, error, at, value }: ErrorContext): SyntaxFault | undefined {
  if (!AT_END.test(error.message) || !value || !/^["'[{]|\$\{/.test(value.text)) return undefined;
  if (at < value.at) return undefined;
  const [sign = ''] = value.text;
  const rest = text.slice(at, value.at + value.length);
  const isVariable = value.text.includes(`\${`);
  const hasApostrophe = sign === "'" && /\w'\w/.test(value.text);
  const inner = hasApostrophe ? value.text.replace(/^'|'$/g, '') : value.text;
  const got = isVariable ? value.text : shorten(rest);
  return {
    at: isVariable ? value.at : at,
    length: isVariable ? value.length : Math.max(1, rest.length),
    message: isVariable
      ? `expected quotes around \${…} within { }, got ${got}`
      : hasApostrophe
        ? `expected the text to end with its closing ', got ${got} after it: an apostrophe ends a text in single quotes`
        : `expected the value to end with its closing ${CLOSING_BRACKETS[sign as '['] ?? sign}, got ${got} after it`,
    suggestion: `put ${isVariable ? 'it' : 'all of it'} in quotes: ${value.key === '' ? '' : `${value.key}: `}${quoteText(inner)}`,
    fix: [quote(value, inner)],
  };
}

/** Detects `name: Rhine: shipping`. */
export function colonInText({ error, value }: ErrorContext): SyntaxFault | undefined {
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY' && error.code !== 'BLOCK_IN_FLOW') return undefined;
  if (!value || !/:(\s|$)/.test(value.text) || /^[?-] /.test(value.text)) return undefined;
  if (SECTION.test(value.key)) return onLineOfKey(value);
  return {
    at: value.at,
    length: value.length,
    message: `expected quotes around a text with a colon and a space, got ${shorten(value.text)}`,
    suggestion: `write ${value.key === '' ? '' : `${value.key}: `}${quoteText(value.text)}`,
    fix: [quote(value, value.text)],
  };
}

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

/** Describes a text that begins with a sign of YAML. `key` and `text` are as in the file; `key` may be empty. */
export function signFault(key: string, text: string): Pick<SyntaxFault, 'message' | 'suggestion'> {
  const [sign = ''] = text;
  const meaning = SIGN_MEANINGS[sign];
  return {
    message: `expected quotes around a text that begins with ${sign}${meaning === undefined ? '' : `, which means ${meaning} in YAML`}, got ${shorten(text)}`,
    suggestion: `write ${key === '' ? '' : `${key}: `}${quoteText(text)}`,
  };
}

export function startsWithSign({ value }: ErrorContext): SyntaxFault | undefined {
  if (!value || !/^[@`%*&!>|,?\]}{[-]/.test(value.text)) return undefined;
  const { at, length, key, text } = value;
  if (/^- [A-Za-z]\w*:/.test(text) || (text.startsWith('- ') && SECTION.test(key))) return onLineOfKey(value);
  return { at, length, ...signFault(key, text), fix: [quote(value, text)] };
}

function onLineOfKey({
  at,
  length,
  key,
  text,
}: Span & { readonly key: string; readonly text: string }): SyntaxFault {
  return {
    at,
    length,
    message: `expected ${text.startsWith('-') ? 'the first entry' : 'this'} on its own line, got it after ${key}:`,
    suggestion: `end the line after ${key}: and write it on the next line, indented`,
    fix: [{ at, length: 0, text: '\n  ' }],
  };
}

const SECTION = /^(topics|feeds|recipients|operations|defaults|terms)$/;

const quote = ({ at, length }: Span, text: string): Edit => ({ at, length, text: quoteText(text) });
