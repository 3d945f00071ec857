import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { MAX_PATTERN_LENGTH, MAX_PATTERN_STEPS } from './limits.ts';
import { type Place, QueryError, type QueryWarning } from './query-error.ts';

// Few files have a pattern, and all are read at a start.
const require = createRequire(import.meta.url);
let re2: typeof import('re2js') | undefined;

/** Throws QueryError for a pattern that RE2 does not know or that is found in any text. */
export function checkPattern(pattern: string, place: Place): QueryWarning | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new QueryError(
      `expected a pattern of at most ${MAX_PATTERN_LENGTH} characters, got ${pattern.length}`,
      place,
      'write its alternatives as words: (one OR other)',
    );
  }
  const compiled = compile(pattern, place);
  const steps = compiled.programSize();
  if (steps > MAX_PATTERN_STEPS) {
    throw new QueryError(
      `expected a pattern of at most ${MAX_PATTERN_STEPS} steps, got one of ${steps}`,
      place,
      'write smaller repeats: every x{0,100} is a hundred of x',
    );
  }
  const finds = (text: string) => compiled.matcher(text).find();
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
  return undefined;
}

function compile(pattern: string, place: Place): RE2JS {
  re2 ??= require('re2js') as typeof import('re2js');
  try {
    return re2.RE2JS.compile(pattern, re2.RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (!(error instanceof re2.RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '');
    const [, part = ''] = /`([^`]*)`$/.exec(reason) ?? [];
    const within =
      part === '' ? -1 : place.source.text.slice(place.at, place.at + place.length).indexOf(part);
    throw new QueryError(
      `expected a pattern of RE2, got ${reason}`,
      within < 0 ? place : { source: place.source, at: place.at + within, length: part.length },
      suggestion(part),
    );
  }
}

function suggestion(part: string): string {
  if (/^\(\?<?[=!]/.test(part))
    return 'leave it out: RE2 has no look-around; AND and NOT say what else must or must not be there';
  if (/^\\[1-9k]/.test(part)) return 'leave it out: RE2 has no references to what was found before';
  return 'see https://github.com/google/re2/wiki/Syntax';
}
