import { type CompiledPattern, compilePattern } from '../shared/text/re2-pattern.ts';

const compiled = new Map<string, CompiledPattern | undefined>();

/** Where a pattern first matches, without regard to case. */
export function find(pattern: string, text: string): { from: number; to: number } | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  return compiled.get(pattern)?.find(text);
}

/** Patterns are checked with the configuration; one that this release no longer takes stops no other topic. */
function compile(pattern: string): CompiledPattern | undefined {
  try {
    return compilePattern(pattern);
  } catch {
    return undefined;
  }
}
