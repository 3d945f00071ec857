import type { z } from 'zod';
import { isChatService } from '../../functions/chat/services.ts';
import { count } from '../../functions/shared/text/count.ts';
import { type Fault, shorten } from '../faults.ts';
import type { Path, Positions } from '../yaml/positions.ts';
import { keySuggestion } from './key-suggestion.ts';
import { type RejectedValue, valueSuggestion } from './value-suggestion.ts';

/** A fault with its path. */
export interface LocatedFault {
  readonly at: Path;
  readonly fault: Fault;
  /** For an unknown key: the path that was probably meant. */
  readonly intendedPath?: Path;
}

type Issue = z.core.$ZodIssue;

/** Converts an issue of the schema to faults, with suggestions where possible. */
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
    const validName = key
      .trim()
      .replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '-')
      .replace(/^-|-$/g, '');
    const suggestion = validName === '' ? undefined : `did you mean ${validName}?`;
    return [at(positions.faultAtKey(path.slice(0, -1), key, message, suggestion))];
  }
  if (issue.code === 'invalid_union') {
    // The user meant the alternative whose issues lie deepest. zod itself selects an alternative by type where it can.
    const depth = (issues: readonly Issue[]) => Math.max(...issues.map(({ path }) => path.length));
    const deepest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
    if (deepest && depth(deepest) > 0)
      return deepest.flatMap((inner) => schemaFaults(inner, positions, path));
  }
  const rejected: RejectedValue = {
    path,
    value: issue.input,
    sourceText: positions.sourceText(path),
    comment: positions.commentAfter(path),
  };
  const message = /^expected |, got /.test(issue.message)
    ? issue.message.replace(/^(?!expected )/, 'expected ')
    : `expected ${issue.message}, got ${gotValue(rejected)}`;
  const suggestion = isSecret(path) ? undefined : valueSuggestion(rejected);
  return [at(positions.fault(path, message, suggestion))];
}

/** Shows a number as the file writes it, since the mistake may be a leading plus or zero. */
function gotValue({ path, value, sourceText }: RejectedValue): string {
  if (isSecret(path) || (path[0] === 'recipients' && /:\/\//.test(String(value)))) return secretShape(value);
  return typeof value === 'number' && sourceText !== undefined ? sourceText : showValue(value);
}

/** Returns whether a value may be a secret: an address at a chat service, or a part of one. */
function isSecret([section, , key]: Path): boolean {
  return section === 'recipients' && typeof key === 'string' && isChatService(key);
}

/** Describes a value without showing it. */
function secretShape(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return `a text of ${count(value.length, 'character')}`;
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

/** Returns a value as faults show it, at most 60 characters long. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return shorten(JSON.stringify(value) ?? String(value));
}
