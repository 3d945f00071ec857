import { RE2JS, RE2Set } from 're2js';
import { offsetWithoutMarks, unicodePattern, withBoundaryMarks } from './unicode-pattern.ts';

export { RE2JSException } from 're2js';
export { PatternError } from './unicode-pattern.ts';

export interface CompiledPattern {
  /** Of RE2's program. */
  readonly steps: number;
  /** Where it first matches a text, in UTF-16 units. */
  find(text: string): { readonly from: number; readonly to: number } | undefined;
}

/** Compiles a pattern, without regard to case. Throws RE2JSException for one that RE2 does not know, PatternError. */
export function compilePattern(pattern: string): CompiledPattern {
  // As it is written first: what RE2 says of it must be about that.
  compile(pattern);
  const { plain, marked } = unicodePattern(pattern);
  const anywhere = compile(plain);
  const steps = anywhere.programSize();
  let set: RE2Set | undefined;
  const mayHold = (text: string) => {
    if (text.length <= SHORT) return true;
    set ??= setOf(plain);
    return set.match(text).length > 0;
  };
  const find = (text: string) => (mayHold(text) ? found(anywhere, text) : undefined);
  if (!marked) return { steps, find };
  const compiled: { word?: RE2JS; other?: RE2JS } = {};
  return {
    steps,
    find(text) {
      // Look-behinds are slow: few texts get there.
      if (!mayHold(text) || (text.length <= SHORT && !found(anywhere, text))) return undefined;
      const { text: withMarks, beginsWithWord } = withBoundaryMarks(text);
      const which = beginsWithWord ? 'word' : 'other';
      compiled[which] ??= compile(marked[which], RE2JS.LOOKBEHINDS);
      const match = found(compiled[which], withMarks);
      return (
        match && {
          from: offsetWithoutMarks(withMarks, match.from),
          to: offsetWithoutMarks(withMarks, match.to),
        }
      );
    },
  };
}

/** Short texts are searched at once; others with an automaton first, which is faster and does not tell where a match is. */
const SHORT = 500;
/** Bytes that the automaton's states may take. */
const MAX_STATES = 256 * 1024;

function setOf(pattern: string): RE2Set {
  const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE, MAX_STATES);
  set.add(pattern);
  return set;
}

function compile(pattern: string, flags = 0): RE2JS {
  return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | flags);
}

function found(pattern: RE2JS, text: string): { from: number; to: number } | undefined {
  const matcher = pattern.matcher(text);
  return matcher.find() ? { from: matcher.start(), to: matcher.end() } : undefined;
}
