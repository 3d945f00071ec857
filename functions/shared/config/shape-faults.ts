import type { z } from 'zod';
import type { Fault } from './faults.ts';
import type { Path, Positions } from './positions.ts';

/** A fault, and the path of what it is in. */
export interface FoundFault {
  readonly at: Path;
  readonly fault: Fault;
}

type Issue = z.core.$ZodIssue;

/** What the schema has found, in our words. */
export function shapeFaults(issue: Issue, positions: Positions, above: Path = []): FoundFault[] {
  const path: Path = [...above, ...issue.path.filter((part) => typeof part !== 'symbol')];
  const at = (fault: Fault) => ({ at: path, fault });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const message = `expected a known key, got ${key}; known keys are in docs/configuration.md`;
      return at(positions.faultAtKey(path, key, message));
    });
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const message = `expected ${issue.issues[0]?.message}, got ${show(key)}`;
    return [at(positions.faultAtKey(path.slice(0, -1), key, message))];
  }
  if (issue.code === 'invalid_union') {
    // The alternative that went wrong deepest is the one that the user meant; zod itself sees to those of a right type.
    const depth = (issues: readonly Issue[]) => Math.max(...issues.map(({ path }) => path.length));
    const deepest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
    if (deepest && depth(deepest) > 0) return deepest.flatMap((inner) => shapeFaults(inner, positions, path));
  }
  const message = issue.message.startsWith('expected ')
    ? issue.message
    : `expected ${issue.message}, got ${show(issue.input)}`;
  return [at(positions.fault(path, message))];
}

/** A value as a fault shows it. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
