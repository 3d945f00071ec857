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
  /** When it came into that state, ms, where that is known. */
  readonly since: number | undefined;
}

export function alarmResults(
  alarms: readonly AlarmFacts[],
  visit: Pick<CheckContextWithoutFile, 'name' | 'stackName' | 'configFile'>,
): CheckResult[] {
  if (alarms.length === 0) {
    return [
      {
        level: 'warning',
        check: 'alarms',
        code: 'alarms-none',
        seen: 'the stack has no alarms',
        means: 'it was deployed by an earlier release; when something goes wrong, nothing notices',
        next: `deploy this release: ${deployCommand(visit)}`,
      },
    ];
  }
  const raised = alarms.filter(({ state }) => state === 'ALARM');
  const rest = alarms.length - raised.length;
  return [
    ...(rest > 0 ? [ok('alarms', `${count(rest, 'alarm is', 'alarms are')} quiet`)] : []),
    ...raised.map(
      ({ name, description, reason, since }): CheckResult => ({
        level: 'problem',
        check: 'alarms',
        code: 'alarm',
        about: name,
        seen: `alarm ${name} is raised${since === undefined ? '' : ` since ${formatTime(since)}`}${reason ? `: ${reason}` : ''}`,
        means: description ?? 'its description says nothing; see its metric in the CloudWatch console',
        next: `follow docs/operations.md#${name.slice(alarmPrefix(visit.name).length)}`,
      }),
    ),
  ];
}

async function readAlarms(client: CloudWatchClient, prefix: string): Promise<AlarmFacts[]> {
  const found: AlarmFacts[] = [];
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  )) {
    for (const alarm of [...MetricAlarms, ...CompositeAlarms]) {
      // Another stack's name may begin with this one's.
      if (!NAMES.has(alarm.AlarmName?.slice(prefix.length) ?? '')) continue;
      const changed = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
      found.push({
        name: alarm.AlarmName ?? '',
        description: alarm.AlarmDescription,
        state: alarm.StateValue ?? '',
        reason: alarm.StateReason,
        since: changed?.getTime(),
      });
    }
  }
  return found;
}

export const checkAlarms = {
  name: 'alarms',
  what: 'the alarms',
  needsFile: false,
  run: async (visit: CheckContextWithoutFile): Promise<readonly CheckResult[]> =>
    alarmResults(await readAlarms(visit.clients.cloudWatch, alarmPrefix(visit.name)), visit),
} as const;
