import { RE2JS } from 're2js';

const compiled = new Map<string, RE2JS | undefined>();

/** Where a pattern first matches, without regard to case. */
export function find(pattern: string, text: string): { from: number; to: number } | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  const matcher = compiled.get(pattern)?.matcher(text);
  return matcher?.find() ? { from: matcher.start(), to: matcher.end() } : undefined;
}

/** Patterns are checked with the configuration; one that this release no longer takes stops no other topic. */
function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch {
    return undefined;
  }
}
