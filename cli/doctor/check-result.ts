import { abbreviateList } from '../../local/format-time.ts';
import { describeError, isDenied, isUnknownCaller, isUnreachable } from '../deployed/aws-clients.ts';

export const LEVELS = ['ok', 'warning', 'problem'] as const;
/** `problem`: alerts are lost, late or reach nobody. `warning`: this may happen, or cannot be checked. */
export type Level = (typeof LEVELS)[number];

const CHECK_NAMES = [
  'stack',
  'configuration',
  'dispatch',
  'subscriptions',
  'operations',
  'sms',
  'chat',
  'html-mail',
  'queues',
  'feeds',
  'topics',
  'digests',
  'alarms',
  // Only on one machine.
  'start',
  'folder',
  'mail',
  'page',
  'disk',
  'clock',
  'node',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** A finding of a check. Programs read it as JSON, so fields are only ever added. */
export interface CheckResult {
  readonly level: Level;
  readonly check: CheckName;
  /** `ok`, or the anchor of the finding's entry in docs/operations.md. */
  readonly code: string;
  /** The feed, topic, queue, alarm or recipient; absent for the deployment as a whole. */
  readonly about?: string;
  readonly seen: string;
  /** The consequence; present unless the level is ok. */
  readonly means?: string;
  /** The remedy; present unless the level is ok. */
  readonly next?: string;
}

/** Returns a result without a problem. */
export function ok(check: CheckName, seen: string): CheckResult {
  return { level: 'ok', check, code: 'ok', seen };
}

interface FailedCall {
  readonly what: string;
  readonly error: unknown;
}

/** The failed calls behind could-not-check results. Kept outside the results, which programs read as JSON. */
const failedCalls = new WeakMap<CheckResult, FailedCall>();

/** Returns the result for a call that failed. `what`: as in "could not check …". */
export function couldNotCheck(check: CheckName, what: string, error: unknown): CheckResult {
  const result: CheckResult = {
    level: 'warning',
    check,
    code: 'could-not-check',
    seen: `could not check ${what}: ${describeError(error)}`,
    means: 'there may be more findings than are shown',
    next: remedyOf(error),
  };
  failedCalls.set(result, { what, error });
  return result;
}

/** Merges the could-not-check results that have the same cause, such as missing permissions or no network, into one each. */
export function mergeByCause(results: readonly CheckResult[]): CheckResult[] {
  const failed = results.flatMap((result) => {
    const call = failedCalls.get(result);
    return call ? [{ result, call }] : [];
  });
  const groups = Map.groupBy(failed, ({ call }) => causeOf(call.error));
  const merged = new Map<CheckResult, CheckResult>();
  const dropped = new Set<CheckResult>();
  for (const group of groups.values()) {
    const [first, ...others] = group;
    if (!first || others.length === 0) continue;
    const what = group.map(({ call }) => call.what).join('; ');
    const errors = group.map(({ call }) => call.error);
    merged.set(first.result, mergedResult(first.result, what, errors));
    for (const { result } of others) dropped.add(result);
  }
  return results.filter((result) => !dropped.has(result)).map((result) => merged.get(result) ?? result);
}

function mergedResult({ check }: CheckResult, what: string, errors: readonly unknown[]): CheckResult {
  const [first = '', ...others] = new Set(errors.map(describeError));
  const more = others.length > 0 ? ' (and other errors)' : '';
  return { ...couldNotCheck(check, what, errors[0]), seen: `could not check ${what}: ${first}${more}` };
}

function causeOf(error: unknown): string {
  if (isDenied(error)) return 'denied';
  if (isUnreachable(error)) return 'unreachable';
  if (isUnknownCaller(error)) return 'unknown caller';
  return describeError(error);
}

function remedyOf(error: unknown): string {
  if (isDenied(error))
    return 'give your user or role the permissions listed in docs/operations.md#permissions';
  if (isUnreachable(error)) {
    return 'check that this machine can reach AWS (network, proxy, AWS_REGION, AWS_ENDPOINT_URL), and run doctor again';
  }
  if (isUnknownCaller(error)) return 'log in again (aws sso login), and run doctor again';
  return 'run doctor again; if the error persists, fix the cause that it names';
}

/**
 * Calls `work` for every part. Returns the values of the calls that succeeded, and a result for each kind of error, since
 * one missing permission makes all parts fail alike.
 */
export async function checkEach<Part, Value>(
  check: CheckName,
  what: string,
  parts: readonly Part[],
  nameOf: (part: Part) => string,
  work: (part: Part) => Promise<Value>,
): Promise<{ values: readonly Value[]; failures: readonly CheckResult[] }> {
  const values: Value[] = [];
  const failed = new Map<string, { error: unknown; names: string[] }>();
  const outcomes = await Promise.allSettled(parts.map(work));
  outcomes.forEach((outcome, n) => {
    if (outcome.status === 'fulfilled') {
      values.push(outcome.value);
      return;
    }
    const kind = outcome.reason instanceof Error ? outcome.reason.name : '';
    const group = failed.get(kind) ?? { error: outcome.reason as unknown, names: [] as string[] };
    const part = parts[n];
    if (part !== undefined) group.names.push(nameOf(part));
    failed.set(kind, group);
  });
  const failures = [...failed.values()].map(({ error, names }) =>
    couldNotCheck(check, `${what} ${abbreviateList(names)}`, error),
  );
  return { values, failures };
}
