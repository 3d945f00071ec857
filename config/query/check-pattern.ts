import { createRequire } from 'node:module';
import type { CompiledPattern } from '../../functions/shared/text/re2-pattern.ts';
import { MAX_PATTERN_LENGTH, MAX_PATTERN_STEPS } from './limits.ts';
import { QueryError, type QuerySpan, type QueryWarning } from './query-error.ts';
import { UNSPACED_SCRIPT } from './term.ts';

// RE2 is loaded at the first pattern: few files have one, and every start reads the file.
const require = createRequire(import.meta.url);
let re2: typeof import('../../functions/shared/text/re2-pattern.ts') | undefined;

/**
 * Returns a warning if the pattern is probably not what the user wants. Throws QueryError if RE2 rejects the pattern,
 * if it is too large, or if it matches any text.
 */
export function checkPattern(pattern: string, span: QuerySpan): QueryWarning | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new QueryError(
      `expected a pattern of at most ${MAX_PATTERN_LENGTH} characters, got ${pattern.length}`,
      span,
      'write its alternatives as words: (one OR other)',
    );
  }
  const { steps, find } = compile(pattern, span);
  if (steps > MAX_PATTERN_STEPS) {
    throw new QueryError(
      `expected a pattern of at most ${MAX_PATTERN_STEPS} steps, got one of ${steps}`,
      span,
      'use smaller repeats: x{0,100} counts as x a hundred times',
    );
  }
  const finds = (text: string) => find(text) !== undefined;
  if (finds('')) {
    throw new QueryError(
      'expected a pattern that requires some text, got one that matches even the empty text',
      span,
      'write + instead of *, and remove optional parts at both ends',
    );
  }
  if (['e', '1', '本'].some(finds)) {
    return {
      ...span,
      message: 'the pattern matches any single letter or digit, and so nearly every text',
      suggestion: 'make the pattern more specific',
    };
  }
  const [, after] = /\\b(.)/su.exec(pattern) ?? [];
  const [, before] = /(.\p{M}*)\\b/su.exec(pattern) ?? [];
  const unspaced = [after, before].find((one) => one !== undefined && UNSPACED_SCRIPT.test(one));
  if (unspaced !== undefined) {
    return {
      ...span,
      message: `\\b is next to ${unspaced}, whose script has no spaces between words, so it rarely matches`,
      suggestion: 'remove \\b',
    };
  }
  return undefined;
}

function compile(pattern: string, span: QuerySpan): CompiledPattern {
  re2 ??= require('#re2-pattern') as typeof import('../../functions/shared/text/re2-pattern.ts');
  try {
    return re2.compilePattern(pattern);
  } catch (error) {
    if (error instanceof re2.PatternError) {
      throw new QueryError(`expected ${error.message}`, spanOfPart(error.part, span), error.suggestion);
    }
    if (!(error instanceof re2.RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '');
    const [, part = ''] = /`([^`]*)`$/.exec(reason) ?? [];
    throw new QueryError(`expected an RE2 pattern, got ${reason}`, spanOfPart(part, span), suggestion(part));
  }
}

/** Returns the span of a part of a pattern, or the span of the whole pattern if the part cannot be located. */
function spanOfPart(part: string, span: QuerySpan): QuerySpan {
  const { source, at, length } = span;
  const within = part === '' ? -1 : source.text.slice(at, at + length).indexOf(part);
  return within < 0 ? span : { source, at: at + within, length: part.length };
}

function suggestion(part: string): string {
  if (/^\(\?<?[=!]/.test(part))
    return 'remove it: RE2 has no look-around; require or exclude other words with AND and NOT';
  if (/^\\[1-9k]/.test(part)) return 'remove it: RE2 has no back-references';
  return 'see https://github.com/google/re2/wiki/Syntax';
}
