import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS, metricNamespace, QUEUES, STAGES } from '../../functions/shared/pipeline.ts';
import { ReadableTemplate } from './readable-template.ts';
import { SAMPLE_CHAT, sampleFeeds, sampleStack, sampleTopics } from './sample-stack.ts';

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Threshold: number;
  readonly Period: number;
  readonly TreatMissingData: string;
  readonly AlarmActions: unknown[];
  readonly OKActions: unknown[];
}

function alarmsOf({ template }: ReadableTemplate): Map<string, AlarmProperties> {
  return new Map(
    Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => Properties as AlarmProperties)
      .map((one) => [one.AlarmName.replace('NewsAlerts-', ''), one]),
  );
}

const stack = new ReadableTemplate(sampleStack());
const all = alarmsOf(stack);

it('cover every queue, every kind of failure, and silence', () => {
  expect([...all.keys()].toSorted()).toEqual(
    [
      'no-ticks',
      ...QUEUES.flatMap((queue) => [`dead-${queue}`, `waiting-${queue}`]),
      'failures',
      'throttles',
      'feeds-failing',
      'silence',
    ].toSorted(),
  );
});

it('notify the operations channel when they start and end', () => {
  const channel = { Ref: stack.id('AWS::SNS::Topic', 'Operations') };
  const policies = Object.values(stack.template.findResources('AWS::SNS::TopicPolicy'));
  expect(policies).toHaveLength(1);
  expect(policies[0]?.Properties.PolicyDocument.Statement).toContainEqual({
    Sid: 'CloudWatch',
    Effect: 'Allow',
    Action: 'sns:Publish',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Resource: channel,
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  });
  for (const { AlarmActions, OKActions } of all.values()) {
    expect([AlarmActions, OKActions]).toEqual([[channel], [channel]]);
  }
});

it('treat a missing tick as a failure, but no other missing data', () => {
  for (const [name, { TreatMissingData }] of all) {
    expect(TreatMissingData, name).toBe(name === 'no-ticks' ? 'breaching' : 'notBreaching');
  }
});

it('cover SMS spend only if there are SMS recipients', () => {
  const [{ id } = { id: '' }] = sampleTopics(1);
  const withSms = alarmsOf(
    new ReadableTemplate(
      sampleStack({ subscriptions: [{ topicId: id, protocol: 'sms', endpoint: '+4930123456' }] }),
    ),
  );
  expect(all.has('sms-spend')).toBe(false);
  expect(withSms.get('sms-spend')?.Threshold).toBe(0.8);
});

describe('shares of feeds', () => {
  const HOUR = 3_600;
  it.each([
    ['one feed, 24 polls a day', 1, 60, 24 * HOUR, 5, 3],
    ['twenty daily ones, 20 polls a day', 20, 24 * 60, 24 * HOUR, 4, 2],
    ['a hundred feeds, 1,200 polls an hour', 100, 5, HOUR, 240, 120],
  ])('%s', (_, count, minutes, period, failing, silent) => {
    const feeds = sampleFeeds(count, minutes * 60_000);
    const found = alarmsOf(new ReadableTemplate(sampleStack({ feeds })));
    expect(found.get('feeds-failing')?.Period).toBe(period);
    expect(found.get('feeds-failing')?.Threshold).toBe(failing);
    expect(found.get('silence')?.Threshold).toBe(silent);
  });
});

it('each have a runbook entry with the meaning, the investigation and the resolution', () => {
  const runbook = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const withChats = alarmsOf(new ReadableTemplate(sampleStack({ chats: [SAMPLE_CHAT] })));
  for (const [name, { AlarmDescription }] of withChats) {
    expect(AlarmDescription).toContain(`"${name}"`);
    const [, section = ''] = runbook.split(new RegExp(`^### ${name}$`, 'm'));
    const text = section.split(/^##/m)[0] ?? '';
    for (const part of ['**Means:**', '**Investigate:**', '**Fix:**'])
      expect(text, `${name}: ${part}`).toContain(part);
  }
});

it('use at most one metric more than the ten free ones', () => {
  expect(all.size).toBeLessThanOrEqual(11);
  const filters = Object.values(stack.template.findResources('AWS::Logs::MetricFilter'));
  const ofLogs = new Set(
    filters.map(({ Properties }) => {
      const [{ MetricNamespace, MetricName }] = Properties.MetricTransformations;
      return `${MetricNamespace} ${MetricName}`;
    }),
  );
  expect(ofLogs).toEqual(new Set([`${metricNamespace('NewsAlerts')} Failures`]));
  expect(METRICS.length + ofLogs.size).toBeLessThanOrEqual(10);
  // The functions of the stages, of pushes and of channels.
  expect(filters).toHaveLength(2 * (STAGES.length + 2));
});

it('are on a dashboard in the order in which items pass through the stages', () => {
  const { DashboardBody } = stack.properties('AWS::CloudWatch::Dashboard', 'Dashboard') as {
    DashboardBody: { 'Fn::Join': [string, unknown[]] };
  };
  const body = JSON.parse(
    DashboardBody['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'X')).join(''),
  );
  const widgets = body.widgets as { x: number; y: number; properties: { title?: string } }[];
  const column = (suffix: string) =>
    widgets
      .filter(({ properties }) => properties.title?.endsWith(suffix))
      .toSorted((a, b) => a.x - b.x)
      .map(({ properties }) => properties.title?.replace(suffix, ''));
  expect(column(': done')).toEqual([...STAGES]);
  expect(column(': runs')).toEqual([...STAGES]);
  expect(column(': waiting')).toEqual([...QUEUES]);
  expect(column(': dead')).toEqual([...QUEUES]);
});
