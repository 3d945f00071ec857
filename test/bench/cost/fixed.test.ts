import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { FIXED } from '../../../cli/cost/prices.ts';
import { sampleStack } from '../../lib/sample-stack.ts';

interface Alarm {
  readonly MetricName?: string;
  readonly Metrics?: readonly { readonly MetricStat?: unknown }[];
}

it('the stack has the alarms and dashboards that the bench counts', () => {
  const template = Template.fromStack(sampleStack());
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  // An alarm on an expression is billed for every metric in it.
  const alarmMetrics = alarms
    .map(({ Properties }) => Properties as Alarm)
    .reduce((sum, { Metrics }) => sum + (Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1), 0);
  const hint = 'change FIXED in cli/cost/prices.ts and look at what npm run bench -- cost says';
  expect(alarmMetrics, hint).toBeLessThanOrEqual(FIXED.alarms ?? 0);
  const dashboards = Object.keys(template.findResources('AWS::CloudWatch::Dashboard')).length;
  expect(dashboards, hint).toBeLessThanOrEqual(FIXED.dashboards ?? 0);
});
