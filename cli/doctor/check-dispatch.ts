import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { type Tick, ticks } from '../../functions/shared/store/ticks.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { type CheckContextWithoutFile, tableName } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** Dispatch runs every minute; a few lost runs are made up for by the next. */
export const STOPPED_MS = 5 * 60_000;

/** `changedAt`: when the stack was deployed last, ms. */
export function dispatchResults(
  tick: Pick<Tick, 'at'> | undefined,
  now: number,
  changedAt: number | undefined,
): CheckResult[] {
  const means = 'no feed is polled and no digest is sent';
  const next =
    "see that the schedule is enabled (EventBridge Scheduler console), and why the function fails: its log, and the stack's alarms";
  if (tick === undefined) {
    if (changedAt !== undefined && now - changedAt < STOPPED_MS) {
      return [ok('dispatch', 'dispatch has not run yet; the stack was deployed a moment ago')];
    }
    const seen = 'dispatch has never come to its end';
    return [{ level: 'problem', check: 'dispatch', code: 'dispatch-never', seen, means, next }];
  }
  const age = now - tick.at;
  if (age <= STOPPED_MS) return [ok('dispatch', `dispatch ran ${formatDuration(Math.max(age, 0))} ago`)];
  const seen = `dispatch ran last ${formatDuration(age)} ago, at ${formatTime(tick.at)}`;
  return [{ level: 'problem', check: 'dispatch', code: 'dispatch-stopped', seen, means, next }];
}

export const checkDispatch = {
  name: 'dispatch',
  what: 'when dispatch ran',
  needsFile: false,
  async run(visit: CheckContextWithoutFile): Promise<readonly CheckResult[]> {
    const tick = await ticks(dynamoTable(visit.clients.dynamoDb, tableName(visit))).last();
    return dispatchResults(tick, visit.clock(), visit.stack?.changedAt);
  },
} as const;
