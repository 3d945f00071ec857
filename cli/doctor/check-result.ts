import { abbreviateList } from '../../local/format-time.ts';
import { describeError, isDenied, isUnknownCaller, isUnreachable } from '../deployed/aws-clients.ts';

export const LEVELS = ['ok', 'warning', 'problem'] as const;
/** `problem`: alerts are lost, late or reach nobody. `warning`: that may come, or cannot be told. */
export type Level = (typeof LEVELS)[number];

export const CHECK_NAMES = [
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
  // Of one machine alone.
  'start',
  'folder',
  'mail',
  'page',
  'disk',
  'clock',
  'node',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** One thing that a check has found out. Programs read it as JSON, so fields are only ever added. */
export interface CheckResult {
  readonly level: Level;
  readonly check: CheckName;
  /** What kind of finding it is: `ok`, or the anchor of its entry in docs/operations.md. */
  readonly code: string;
  /** The feed, topic, queue, alarm or recipient; absent when it is about the deployment as a whole. */
  readonly about?: string;
  readonly seen: string;
  /** What follows from it, and what to do next: both in every finding that is not ok. */
  readonly means?: string;
  readonly next?: string;
}

export function ok(check: CheckName, seen: string): CheckResult {
  return { level: 'ok', check, code: 'ok', seen };
}

interface Failure {
  readonly what: string;
  readonly error: unknown;
}

/** Of findings that something could not be checked: apart from them, since programs read them as JSON. */
const failures = new WeakMap<CheckResult, Failure>();

/** Returns the finding of a call that failed: nothing is known of what it was to tell. `what`: as in "could not check …". */
export function couldNotCheck(check: CheckName, what: string, error: unknown): CheckResult {
  const finding: CheckResult = {
    level: 'warning',
    check,
    code: 'could-not-check',
    seen: `could not check ${what}: ${describeError(error)}`,
    means: 'there may be more findings than those shown',
    next: remedyOf(error),
  };
  failures.set(finding, { what, error });
  return finding;
}

/** Returns the findings with one alone of those that could not be checked for the same cause: missing rights, no network. */
export function mergeByCause(findings: readonly CheckResult[]): CheckResult[] {
  const failed = findings.flatMap((finding) => {
    const failure = failures.get(finding);
    return failure ? [{ finding, failure }] : [];
  });
  const groups = Map.groupBy(failed, ({ failure }) => causeOf(failure.error));
  const merged = new Map<CheckResult, CheckResult>();
  const dropped = new Set<CheckResult>();
  for (const [first, ...others] of groups.values()) {
    if (!first || others.length === 0) continue;
    const what = [first, ...others].map(({ failure }) => failure.what);
    merged.set(
      first.finding,
      mergedResult(
        first.finding,
        what.join('; '),
        [first, ...others].map(({ failure }) => failure.error),
      ),
    );
    for (const { finding } of others) dropped.add(finding);
  }
  return findings.filter((finding) => !dropped.has(finding)).map((finding) => merged.get(finding) ?? finding);
}

function mergedResult({ check }: CheckResult, what: string, errors: readonly unknown[]): CheckResult {
  const [said = '', ...others] = new Set(errors.map(describeError));
  const finding = couldNotCheck(check, what, errors[0]);
  return { ...finding, seen: `could not check ${what}: ${said}${others.length > 0 ? ' (and others)' : ''}` };
}

function causeOf(error: unknown): string {
  if (isDenied(error)) return 'denied';
  if (isUnreachable(error)) return 'unreachable';
  if (isUnknownCaller(error)) return 'unknown caller';
  return describeError(error);
}

function remedyOf(error: unknown): string {
  if (isDenied(error)) return 'allow your user or role the calls listed in docs/operations.md#permissions';
  if (isUnreachable(error)) {
    return 'see that this machine reaches AWS (network, proxy, AWS_REGION, AWS_ENDPOINT_URL), and run it again';
  }
  if (isUnknownCaller(error)) return 'log in again (aws sso login), and run it again';
  return 'run it again; if it stays, mend what the message names';
}

/**
 * Does the work for every part, and tells of those where it failed: a finding per kind of error, since one missing
 * right fails them all alike.
 */
export async function checkEach<Part, Result>(
  check: CheckName,
  what: string,
  parts: readonly Part[],
  nameOf: (part: Part) => string,
  work: (part: Part) => Promise<Result>,
): Promise<{ results: readonly Result[]; findings: readonly CheckResult[] }> {
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
    couldNotCheck(check, `${what} ${abbreviateList(names)}`, error),
  );
  return { results, findings };
}
