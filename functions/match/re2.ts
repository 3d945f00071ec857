import { type CompiledPattern, compilePattern } from '../shared/text/re2-pattern.ts';

const cache = new Map<string, CompiledPattern | undefined>();

/** Returns where a pattern first matches, ignoring case. */
export function find(pattern: string, text: string): { from: number; to: number } | undefined {
  if (!cache.has(pattern)) cache.set(pattern, compile(pattern));
  return cache.get(pattern)?.find(text);
}

/**
 * Returns undefined for a pattern that this release no longer accepts, so that other topics still match. Patterns are
 * checked when the configuration is loaded.
 */
function compile(pattern: string): CompiledPattern | undefined {
  try {
    return compilePattern(pattern);
  } catch {
    return undefined;
  }
}
