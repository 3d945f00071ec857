import type { z } from 'zod';
import type { Fault } from './faults.ts';
import { type Refused, valueSuggestion } from './hints.ts';
import { keySuggestion } from './known-keys.ts';
import type { Path, Positions } from './positions.ts';

/** A fault, and the path of what it is in. */
export interface FoundFault {
  readonly at: Path;
  readonly fault: Fault;
  /** The path that was probably meant by a key that is not known. */
  readonly meant?: Path;
}

type Issue = z.core.$ZodIssue;

/** What the schema has found, in our words. */
export function shapeFaults(issue: Issue, positions: Positions, above: Path = []): FoundFault[] {
  const path: Path = [...above, ...issue.path.filter((part) => typeof part !== 'symbol')];
  const at = (fault: Fault) => ({ at: path, fault });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const value = (issue.input as Record<string, unknown> | undefined)?.[key];
      const { suggestion, meant } = keySuggestion(path, key, value);
      const fault = positions.faultAtKey(path, key, `expected a known key, got ${key}`, suggestion);
      return { at: [...path, key], fault, ...(meant === undefined ? {} : { meant: [...path, meant] }) };
    });
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const message = `expected ${issue.issues[0]?.message}, got ${show(key)}`;
    const plain = key
      .trim()
      .replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '-')
      .replace(/^-|-$/g, '');
    const suggestion = plain === '' ? undefined : `did you mean ${plain}?`;
    return [at(positions.faultAtKey(path.slice(0, -1), key, message, suggestion))];
  }
  if (issue.code === 'invalid_union') {
    // The alternative that went wrong deepest is the one that the user meant; zod itself sees to those of a right type.
    const depth = (issues: readonly Issue[]) => Math.max(...issues.map(({ path }) => path.length));
    const deepest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
    if (deepest && depth(deepest) > 0) return deepest.flatMap((inner) => shapeFaults(inner, positions, path));
  }
  const refused: Refused = {
    path,
    value: issue.input,
    written: positions.written(path),
    comment: positions.commentBehind(path),
  };
  const message = /^expected |, got /.test(issue.message)
    ? issue.message.replace(/^(?!expected )/, 'expected ')
    : `expected ${issue.message}, got ${got(refused)}`;
  return [at(positions.fault(path, message, valueSuggestion(refused)))];
}

/** Numbers as they are written: a leading plus or zero is what is wrong with them. */
function got({ value, written }: Refused): string {
  return typeof value === 'number' && written !== undefined ? written : show(value);
}

/** A value as a fault shows it. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
