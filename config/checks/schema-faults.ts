import type { z } from 'zod';
import type { Fault } from '../faults.ts';
import type { Path, Positions } from '../yaml/positions.ts';
import { keySuggestion } from './key-suggestion.ts';
import { type RejectedValue, valueSuggestion } from './value-suggestion.ts';

/** A fault, and the path of what it is in. */
export interface LocatedFault {
  readonly at: Path;
  readonly fault: Fault;
  /** The path that was probably meant by a key that is not known. */
  readonly intendedPath?: Path;
}

type Issue = z.core.$ZodIssue;

/** What the schema has found, in our words. */
export function schemaFaults(issue: Issue, positions: Positions, above: Path = []): LocatedFault[] {
  const path: Path = [...above, ...issue.path.filter((part) => typeof part !== 'symbol')];
  const at = (fault: Fault) => ({ at: path, fault });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const value = (issue.input as Record<string, unknown> | undefined)?.[key];
      const { suggestion, intendedKey } = keySuggestion(path, key, value);
      const fault = positions.faultAtKey(path, key, `expected a known key, got ${key}`, suggestion);
      return {
        at: [...path, key],
        fault,
        ...(intendedKey === undefined ? {} : { intendedPath: [...path, intendedKey] }),
      };
    });
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const message = `expected ${issue.issues[0]?.message}, got ${showValue(key)}`;
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
    if (deepest && depth(deepest) > 0)
      return deepest.flatMap((inner) => schemaFaults(inner, positions, path));
  }
  const refused: RejectedValue = {
    path,
    value: issue.input,
    sourceText: positions.sourceText(path),
    comment: positions.commentAfter(path),
  };
  const message = /^expected |, got /.test(issue.message)
    ? issue.message.replace(/^(?!expected )/, 'expected ')
    : `expected ${issue.message}, got ${gotValue(refused)}`;
  return [at(positions.fault(path, message, valueSuggestion(refused)))];
}

/** Numbers as they are written: a leading plus or zero is what is wrong with them. */
function gotValue({ value, sourceText }: RejectedValue): string {
  return typeof value === 'number' && sourceText !== undefined ? sourceText : showValue(value);
}

/** A value as a fault shows it. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
