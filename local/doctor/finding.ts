import { describeError, isDenied } from '../aws-clients.ts';
import { some } from '../moments.ts';

export const LEVELS = ['ok', 'warning', 'problem'] as const;
/** `problem`: alerts are lost, late or reach nobody. `warning`: that may come, or cannot be told. */
export type Level = (typeof LEVELS)[number];

export const CHECKS = [
  'stack',
  'configuration',
  'dispatch',
  'subscriptions',
  'operations',
  'sms',
  'queues',
  'feeds',
  'topics',
  'digests',
  'alarms',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** One thing that a check has found out. Programs read it as JSON, so fields are only ever added. */
export interface Finding {
  readonly level: Level;
  readonly check: CheckName;
  /** What kind of finding it is: `ok`, or the anchor of its entry in docs/doctor.md. */
  readonly code: string;
  /** The feed, topic, queue, alarm or recipient; absent when it is about the deployment as a whole. */
  readonly about?: string;
  readonly seen: string;
  /** What follows from it, and what to do next: both in every finding that is not ok. */
  readonly means?: string;
  readonly next?: string;
}

export function ok(check: CheckName, seen: string): Finding {
  return { level: 'ok', check, code: 'ok', seen };
}

/** A call that failed tells nothing about the deployment but that nothing is known. */
export function couldNotCheck(check: CheckName, what: string, error: unknown): Finding {
  return {
    level: 'warning',
    check,
    code: 'could-not-check',
    seen: `could not check ${what}: ${describeError(error)}`,
    means: 'there may be more findings than those shown',
    next: isDenied(error)
      ? 'allow your user or role the calls listed in docs/doctor.md#rights'
      : 'run it again; if it stays, mend what the message names',
  };
}

/**
 * Does the work for every part, and tells of those where it failed: a finding per kind of error, since one missing
 * right fails them all alike.
 */
export async function forEach<Part, Result>(
  check: CheckName,
  what: string,
  parts: readonly Part[],
  nameOf: (part: Part) => string,
  work: (part: Part) => Promise<Result>,
): Promise<{ results: readonly Result[]; findings: readonly Finding[] }> {
  const results: Result[] = [];
  const failed = new Map<string, { error: unknown; names: string[] }>();
  const outcomes = await Promise.allSettled(parts.map(work));
  outcomes.forEach((outcome, n) => {
    if (outcome.status === 'fulfilled') {
      results.push(outcome.value);
      return;
    }
    const kind = outcome.reason instanceof Error ? outcome.reason.name : '';
    const group = failed.get(kind) ?? { error: outcome.reason as unknown, names: [] as string[] };
    const part = parts[n];
    if (part !== undefined) group.names.push(nameOf(part));
    failed.set(kind, group);
  });
  const findings = [...failed.values()].map(({ error, names }) =>
    couldNotCheck(check, `${what} ${some(names)}`, error),
  );
  return { results, findings };
}
