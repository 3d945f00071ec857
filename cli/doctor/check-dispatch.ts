import { dynamoTable } from '../../functions/shared/aws/dynamo-table.ts';
import { type Tick, ticks } from '../../functions/shared/store/ticks.ts';
import { formatDuration, formatTime } from '../../local/format-time.ts';
import { type CheckContextWithoutFile, tableName } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

/** Dispatch runs every minute, and a run makes up for a few that were missed. */
export const STOPPED_MS = 5 * 60_000;

/** `changedAt`: time of the stack's last deployment, ms. */
export function dispatchResults(
  tick: Pick<Tick, 'at'> | undefined,
  now: number,
  changedAt: number | undefined,
): CheckResult[] {
  const means = 'no feed is polled and no digest is sent';
  const next =
    "check that the schedule is enabled (EventBridge Scheduler console), and look in the function's log and the stack's alarms for the reason";
  if (tick === undefined) {
    if (changedAt !== undefined && now - changedAt < STOPPED_MS) {
      return [ok('dispatch', 'dispatch has not run yet; the stack was deployed just now')];
    }
    const seen = 'dispatch has never completed a run';
    return [{ level: 'problem', check: 'dispatch', code: 'dispatch-never', seen, means, next }];
  }
  const age = now - tick.at;
  if (age <= STOPPED_MS) return [ok('dispatch', `dispatch ran ${formatDuration(Math.max(age, 0))} ago`)];
  const seen = `dispatch last ran ${formatDuration(age)} ago, at ${formatTime(tick.at)}`;
  return [{ level: 'problem', check: 'dispatch', code: 'dispatch-stopped', seen, means, next }];
}

export const checkDispatch = {
  name: 'dispatch',
  what: 'when dispatch last ran',
  needsFile: false,
  async run(context: CheckContextWithoutFile): Promise<readonly CheckResult[]> {
    const tick = await ticks(dynamoTable(context.clients.dynamoDb, tableName(context))).last();
    return dispatchResults(tick, context.clock(), context.stack?.changedAt);
  },
} as const;
