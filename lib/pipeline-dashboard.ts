import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  PeriodOverride,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  DELIVERIES,
  type DeliveryName,
  type MetricName,
  QUEUES,
  STAGES,
  type StageName,
} from '../functions/shared/pipeline.ts';
import { type DeployedQueues, systemMetric } from './alarms.ts';

export interface PipelineDashboardProps {
  /** Name of the system. */
  readonly name: string;
  readonly functions: Readonly<Record<StageName, IFunction> & Partial<Record<DeliveryName, IFunction>>>;
  readonly queues: DeployedQueues;
  readonly alarms: readonly Alarm[];
}

/** The metrics that show the work of each stage. */
const STAGE_METRICS: Readonly<Record<StageName, readonly MetricName[]>> = {
  dispatch: ['Ticks'],
  poll: ['FeedsDue', 'ItemsFound'],
  match: ['Matches'],
  notify: ['AlertsSent', 'AlertsFailed'],
};

const COLUMN_WIDTH = 6;

/** The dashboard shows a column for each stage, from left to right in the order in which items pass through them. */
export class PipelineDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { name, functions, queues, alarms }: PipelineDashboardProps) {
    super(scope, id, { dashboardName: name, periodOverride: PeriodOverride.INHERIT });
    const graph = (title: string, left: readonly IMetric[], right: readonly IMetric[] = []) =>
      new GraphWidget({ title, left: [...left], right: [...right], width: COLUMN_WIDTH, height: 6 });
    const columns = (widget: (stage: StageName) => GraphWidget | TextWidget) =>
      this.addWidgets(...STAGES.map(widget));

    this.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 2 * COLUMN_WIDTH, height: 4 }),
      new SingleValueWidget({
        title: 'Feeds',
        metrics: (['FeedsDue', 'FeedsFailing', 'Silent'] as const).map((metric) =>
          systemMetric(name, metric),
        ),
        width: 2 * COLUMN_WIDTH,
        height: 4,
      }),
    );
    columns((stage) =>
      graph(
        `${stage}: done`,
        STAGE_METRICS[stage].map((metric) => systemMetric(name, metric)),
      ),
    );
    columns((stage) =>
      graph(`${stage}: runs`, [functions[stage].metricInvocations()], [functions[stage].metricErrors()]),
    );
    columns((stage) =>
      graph(`${stage}: time`, [
        functions[stage].metricDuration({ statistic: 'p50' }),
        functions[stage].metricDuration({ statistic: 'p99' }),
      ]),
    );
    this.addWidgets(
      new TextWidget({
        markdown: 'Each queue is below the stage that reads it.',
        width: COLUMN_WIDTH,
        height: 6,
      }),
      ...QUEUES.map((queue) =>
        graph(
          `${queue}: waiting`,
          [queues[queue].queue.metricApproximateNumberOfMessagesVisible()],
          [queues[queue].queue.metricApproximateAgeOfOldestMessage()],
        ),
      ),
    );
    this.addWidgets(
      new TextWidget({
        markdown: 'Dead letters: `news-alerts redrive` moves them back to their queues.',
        width: COLUMN_WIDTH,
        height: 6,
      }),
      ...QUEUES.map((queue) =>
        graph(`${queue}: dead`, [queues[queue].deadLetterQueue.metricApproximateNumberOfMessagesVisible()]),
      ),
    );
    for (const name of DELIVERIES) {
      const [target, pair] = [functions[name], queues[name]];
      if (!target || !pair) continue;
      const { queue, deadLetterQueue } = pair;
      this.addWidgets(
        graph(`${name}: runs`, [target.metricInvocations()], [target.metricErrors()]),
        graph(`${name}: time`, [
          target.metricDuration({ statistic: 'p50' }),
          target.metricDuration({ statistic: 'p99' }),
        ]),
        graph(
          `${name}: waiting`,
          [queue.metricApproximateNumberOfMessagesVisible()],
          [queue.metricApproximateAgeOfOldestMessage()],
        ),
        graph(`${name}: dead`, [deadLetterQueue.metricApproximateNumberOfMessagesVisible()]),
      );
    }
  }
}
