import { RE2JS, RE2Set } from 're2js';
import { offsetWithoutMarks, unicodePattern, withBoundaryMarks } from './unicode-pattern.ts';

export { RE2JSException } from 're2js';
export { PatternError } from './unicode-pattern.ts';

export interface CompiledPattern {
  /** The size of RE2's program. */
  readonly steps: number;
  /** Returns the position of the first match in a text, in UTF-16 units. */
  find(text: string): { readonly from: number; readonly to: number } | undefined;
}

/**
 * Compiles a pattern that ignores case. Throws RE2JSException if RE2 rejects the pattern, and PatternError if it cannot be
 * rewritten for Unicode.
 */
export function compilePattern(pattern: string): CompiledPattern {
  // Compiles the pattern as written first, so that RE2's errors refer to the pattern as written.
  compile(pattern);
  const { plain, marked } = unicodePattern(pattern);
  const anywhere = compile(plain);
  const steps = anywhere.programSize();
  let set: RE2Set | undefined;
  const mayMatch = (text: string) => {
    if (text.length <= MAX_SHORT_LENGTH) return true;
    set ??= setOf(plain);
    return set.match(text).length > 0;
  };
  const find = (text: string) => (mayMatch(text) ? findFirst(anywhere, text) : undefined);
  if (!marked) return { steps, find };
  const compiled: { word?: RE2JS; other?: RE2JS } = {};
  return {
    steps,
    find(text) {
      // Look-behinds are slow, so this rules out most texts first.
      if (!mayMatch(text) || (text.length <= MAX_SHORT_LENGTH && !findFirst(anywhere, text)))
        return undefined;
      const { text: withMarks, beginsWithWord } = withBoundaryMarks(text);
      const which = beginsWithWord ? 'word' : 'other';
      compiled[which] ??= compile(marked[which], RE2JS.LOOKBEHINDS);
      const match = findFirst(compiled[which], withMarks);
      return (
        match && {
          from: offsetWithoutMarks(withMarks, match.from),
          to: offsetWithoutMarks(withMarks, match.to),
        }
      );
    },
  };
}

/** UTF-16 units. Longer texts are first tested with an automaton, which is faster but does not say where a match is. */
const MAX_SHORT_LENGTH = 500;
/** Bytes for the automaton's states. */
const MAX_STATE_BYTES = 256 * 1024;

function setOf(pattern: string): RE2Set {
  const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE, MAX_STATE_BYTES);
  set.add(pattern);
  return set;
}

function compile(pattern: string, flags = 0): RE2JS {
  return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | flags);
}

function findFirst(pattern: RE2JS, text: string): { from: number; to: number } | undefined {
  const matcher = pattern.matcher(text);
  return matcher.find() ? { from: matcher.start(), to: matcher.end() } : undefined;
}
