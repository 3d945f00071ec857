import { createRequire } from 'node:module';
import { extname } from 'node:path';
import type { CompiledPattern } from '../../functions/shared/text/re2-pattern.ts';
import { MAX_PATTERN_LENGTH, MAX_PATTERN_STEPS } from './limits.ts';
import { QueryError, type QuerySpan, type QueryWarning } from './query-error.ts';
import { UNSPACED_SCRIPT } from './term.ts';

// Few files have a pattern, and all are read at a start.
const require = createRequire(import.meta.url);
let re2: typeof import('../../functions/shared/text/re2-pattern.ts') | undefined;

/** Returns what is hardly meant of a pattern. Throws QueryError for one that RE2 does not know or that is found in any text. */
export function checkPattern(pattern: string, place: QuerySpan): QueryWarning | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new QueryError(
      `expected a pattern of at most ${MAX_PATTERN_LENGTH} characters, got ${pattern.length}`,
      place,
      'write its alternatives as words: (one OR other)',
    );
  }
  const { steps, find } = compile(pattern, place);
  if (steps > MAX_PATTERN_STEPS) {
    throw new QueryError(
      `expected a pattern of at most ${MAX_PATTERN_STEPS} steps, got one of ${steps}`,
      place,
      'write smaller repeats: every x{0,100} is a hundred of x',
    );
  }
  const finds = (text: string) => find(text) !== undefined;
  if (finds('')) {
    throw new QueryError(
      'expected a pattern that needs something to be there, got one that is found in any text, the empty one, too',
      place,
      'write + in place of *, and leave out what may be missing at both ends',
    );
  }
  if (['e', '1', '本'].some(finds)) {
    return {
      ...place,
      message: 'the pattern is found in a single letter or digit, and so in nearly every text',
      suggestion: 'write more of what is to be there',
    };
  }
  const [, letter] = /\\b(.)/su.exec(pattern) ?? [];
  const [, before] = /(.\p{M}*)\\b/su.exec(pattern) ?? [];
  const unspaced = [letter, before].find((one) => one !== undefined && UNSPACED_SCRIPT.test(one));
  if (unspaced !== undefined) {
    return {
      ...place,
      message: `\\b stands beside ${unspaced}, whose script has no spaces between words: it is seldom the end of one`,
      suggestion: 'leave \\b out',
    };
  }
  return undefined;
}

function compile(pattern: string, place: QuerySpan): CompiledPattern {
  re2 ??= require(
    `../../functions/shared/text/re2-pattern${extname(import.meta.filename)}`,
  ) as typeof import('../../functions/shared/text/re2-pattern.ts');
  try {
    return re2.compilePattern(pattern);
  } catch (error) {
    if (error instanceof re2.PatternError) {
      throw new QueryError(`expected ${error.message}`, spanOfPart(error.part, place), error.suggestion);
    }
    if (!(error instanceof re2.RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '');
    const [, part = ''] = /`([^`]*)`$/.exec(reason) ?? [];
    throw new QueryError(
      `expected a pattern of RE2, got ${reason}`,
      spanOfPart(part, place),
      suggestion(part),
    );
  }
}

/** Where a part of a pattern stands in its query; the whole pattern, where that does not show. */
function spanOfPart(part: string, place: QuerySpan): QuerySpan {
  const { source, at, length } = place;
  const within = part === '' ? -1 : source.text.slice(at, at + length).indexOf(part);
  return within < 0 ? place : { source, at: at + within, length: part.length };
}

function suggestion(part: string): string {
  if (/^\(\?<?[=!]/.test(part))
    return 'leave it out: RE2 has no look-around; AND and NOT say what else must or must not be there';
  if (/^\\[1-9k]/.test(part)) return 'leave it out: RE2 has no references to what was found before';
  return 'see https://github.com/google/re2/wiki/Syntax';
}
