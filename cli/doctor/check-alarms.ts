import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { ALARMS } from '../../functions/shared/pipeline.ts';
import { count } from '../../functions/shared/text/count.ts';
import { formatTime } from '../../local/format-time.ts';
import { alarmPrefix } from '../deployed/resource-names.ts';
import { type CheckContextWithoutFile, deployCommand } from './check-context.ts';
import { type CheckResult, ok } from './check-result.ts';

const NAMES = new Set<string>(ALARMS);

export interface AlarmFacts {
  readonly name: string;
  readonly description: string | undefined;
  readonly state: string;
  readonly reason: string | undefined;
  /** When the alarm entered that state, ms, if known. */
  readonly since: number | undefined;
}

export function alarmResults(
  alarms: readonly AlarmFacts[],
  context: Pick<CheckContextWithoutFile, 'name' | 'stackName' | 'configFile'>,
): CheckResult[] {
  if (alarms.length === 0) {
    return [
      {
        level: 'warning',
        check: 'alarms',
        code: 'alarms-none',
        seen: 'the stack has no alarms',
        means: 'an earlier release was deployed; when something goes wrong, no alarm is raised',
        next: `deploy this release: ${deployCommand(context)}`,
      },
    ];
  }
  const raised = alarms.filter(({ state }) => state === 'ALARM');
  const quiet = alarms.length - raised.length;
  return [
    ...(quiet > 0 ? [ok('alarms', `${count(quiet, 'alarm is', 'alarms are')} not raised`)] : []),
    ...raised.map(
      ({ name, description, reason, since }): CheckResult => ({
        level: 'problem',
        check: 'alarms',
        code: 'alarm',
        about: name,
        seen: `alarm ${name} ${since === undefined ? 'is raised' : `has been raised since ${formatTime(since)}`}${reason ? `: ${reason}` : ''}`,
        means: description ?? 'the alarm has no description; see its metric in the CloudWatch console',
        next: `follow docs/operations.md#${name.slice(alarmPrefix(context.name).length)}`,
      }),
    ),
  ];
}

async function readAlarms(client: CloudWatchClient, prefix: string): Promise<AlarmFacts[]> {
  const alarms: AlarmFacts[] = [];
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  )) {
    for (const alarm of [...MetricAlarms, ...CompositeAlarms]) {
      // The name of another stack may begin with the name of this one.
      if (!NAMES.has(alarm.AlarmName?.slice(prefix.length) ?? '')) continue;
      const changed = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
      alarms.push({
        name: alarm.AlarmName ?? '',
        description: alarm.AlarmDescription,
        state: alarm.StateValue ?? '',
        reason: alarm.StateReason,
        since: changed?.getTime(),
      });
    }
  }
  return alarms;
}

export const checkAlarms = {
  name: 'alarms',
  what: 'the alarms',
  needsFile: false,
  run: async (context: CheckContextWithoutFile): Promise<readonly CheckResult[]> =>
    alarmResults(await readAlarms(context.clients.cloudWatch, alarmPrefix(context.name)), context),
} as const;
