import type { YAMLError } from 'yaml';
import { ALL_CHAT_SERVICES } from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS } from '../../functions/shared/protocols.ts';
import type { Detector, SyntaxFault } from './detector.ts';
import { ErrorContext } from './error-context.ts';
import { backslash, colonInText, mixedQuotes, openQuote, startsWithSign } from './quote-faults.ts';
import {
  lineOfText,
  looseBracket,
  missingComma,
  noColonSpace,
  openBracket,
  severalKeys,
  signBeforeKey,
  twoDocuments,
} from './structure-faults.ts';
import { indent, noSpaceAfterDash, strangeSign, tab } from './whitespace-faults.ts';

/** Yields the mistakes that may have caused a parser error, the likeliest first. Yields at least one. */
export function* syntaxFaultsAt(text: string, error: YAMLError): Generator<SyntaxFault, undefined> {
  const context = new ErrorContext(text, error);
  for (const detect of DETECTORS) {
    const fault = detect(context);
    if (fault) yield fault;
  }
  const [at, end] = error.pos;
  yield {
    at,
    length: Math.max(1, end - at),
    message: `expected YAML, got a syntax error: ${error.message}`,
    suggestion: 'put texts with special characters in quotes, and align the keys of a map',
  };
}

/** Describes a key that a map has twice. */
export function duplicateKeyFault(text: string, { pos: [at] }: YAMLError): SyntaxFault {
  const key = /^[\w-]+|^"[^"]*"|^'[^']*'/.exec(text.slice(at))?.[0] ?? '';
  const beginsEntry = ['id', 'url', ...ALL_PROTOCOLS, ...ALL_CHAT_SERVICES].includes(key);
  return {
    at,
    length: Math.max(1, key.length),
    message: `expected each key once, got ${key} for the second time in one map`,
    suggestion: beginsEntry
      ? `remove one of them, or begin the next entry of the list with a dash: - ${key}:`
      : 'remove one of them',
  };
}

/** Describes a text that begins with `*`, which the parser has read as an alias. */
export function aliasFault(text: string, at: number): SyntaxFault | undefined {
  return startsWithSign(new ErrorContext(text, { code: 'BAD_ALIAS', message: '', pos: [at, at + 1] }));
}

/** The order matters: later detectors would misinterpret the mistakes that earlier ones find. */
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
