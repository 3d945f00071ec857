import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Feed } from '../functions/shared/model.ts';
import {
  type AlarmName,
  alarmThreshold,
  MAX_SILENT_SHARE,
  type MetricName,
  metricNamespace,
  type QueueName,
} from '../functions/shared/pipeline.ts';
import type { QueuePair } from './queue-pair.ts';

export interface AlarmsProps {
  /** Of the system. */
  readonly name: string;
  readonly channel: ITopic;
  readonly queues: Readonly<Record<QueueName, QueuePair>>;
  /** Every function's log, and its timeout in seconds. */
  readonly functions: readonly { readonly logGroup: ILogGroup; readonly timeout: number }[];
  readonly feeds: readonly Pick<Feed, 'every' | 'enabled'>[];
  /** SMS recipients cost money, and SNS stops sending to them at the account's monthly limit. */
  readonly sms: boolean;
  /** USD a month. */
  readonly smsSpendLimit: number;
}

interface AlarmRule {
  readonly metric: IMetric;
  /** Reached or exceeded. */
  readonly threshold: number;
  /** How many of the metric's last periods. */
  readonly periods?: number;
  /** What it means, for who reads it in an email at night. */
  readonly meaning: string;
  readonly below?: true;
}

/** Each is described in docs/operations.md, under its name. CloudWatch charges by the metrics that alarms look at. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#filterLogs(props);
    this.all = Object.entries(alarmRules(props)).map(([name, rule]) => {
      const { metric, threshold, periods = 1, meaning, below } = rule;
      const alarm = new Alarm(this, name, {
        alarmName: `${props.name}-${name}`,
        alarmDescription: `${meaning} What to do: docs/operations.md, "${name}".`,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      const action = new SnsAction(props.channel);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }

  /**
   * Counts in the functions' logs what functions cannot count themselves: that they failed, or nearly did. What SNS does
   * not take is counted with it: one alarm, since those beyond ten are paid for.
   */
  #filterLogs({ name, functions }: AlarmsProps): void {
    for (const [n, { logGroup, timeout }] of functions.entries()) {
      const filter = (id: string, pattern: string) =>
        new MetricFilter(this, `${id}${n}`, {
          logGroup,
          metricNamespace: metricNamespace(name),
          metricName: 'Failures',
          metricValue: '1',
          filterPattern: FilterPattern.literal(pattern),
        });
      const report = '$.type = "platform.report"';
      filter(
        'Failures',
        `{ (${report} && $.record.status != "success") || $.level = "ERROR" || $.message = "publish-failed" }`,
      );
      filter('Slow', `{ ${report} && $.record.metrics.durationMs > ${timeout * 1000 * NEAR_TIMEOUT_SHARE} }`);
    }
  }
}

const NEAR_TIMEOUT_SHARE = 0.8;
const FIVE_MINUTES = Duration.minutes(5);

/** A metric of the system's own, summed up. */
export function systemMetric(
  name: string,
  metricName: MetricName | 'Failures',
  period = FIVE_MINUTES,
): Metric {
  // What functions count has the dimension that Powertools adds; what is counted in logs has none.
  const counted = metricName !== 'Failures';
  return new Metric({
    namespace: metricNamespace(name),
    metricName,
    statistic: Stats.SUM,
    period,
    ...(counted ? { dimensionsMap: { service: 'news-alerts' } } : {}),
  });
}

function alarmRules({
  name,
  queues,
  feeds,
  sms,
  smsSpendLimit,
}: AlarmsProps): Partial<Record<AlarmName, AlarmRule>> {
  const failing = alarmThreshold(feeds, 0.2);
  const silent = alarmThreshold(feeds, MAX_SILENT_SHARE);
  const dead = (queue: QueueName): AlarmRule => ({
    metric: queues[queue].deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      period: FIVE_MINUTES,
      statistic: Stats.MAXIMUM,
    }),
    threshold: 1,
    meaning: `Messages of the ${queue} queue have failed for good, and wait to be sent back.`,
  });
  const waiting = (queue: QueueName): AlarmRule => ({
    metric: queues[queue].queue.metricApproximateAgeOfOldestMessage({
      period: FIVE_MINUTES,
      statistic: Stats.MAXIMUM,
    }),
    threshold: MAX_WAITING_SECONDS,
    meaning: `Something has waited in the ${queue} queue for a quarter of an hour: news is late.`,
  });
  return {
    'no-ticks': {
      metric: systemMetric(name, 'Ticks'),
      threshold: 1,
      periods: 2,
      below: true,
      meaning: 'For ten minutes nothing has looked for feeds that are due: no news is told.',
    },
    'dead-feeds': dead('feeds'),
    'dead-items': dead('items'),
    'dead-hits': dead('hits'),
    'waiting-feeds': waiting('feeds'),
    'waiting-items': waiting('items'),
    'waiting-hits': waiting('hits'),
    failures: {
      metric: systemMetric(name, 'Failures'),
      threshold: 1,
      periods: 3,
      meaning: 'For a quarter of an hour functions have failed or nearly so, or SNS has not taken alerts.',
    },
    throttles: {
      // Without dimensions: of all functions of the account and region, which share what is too little.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        statistic: Stats.SUM,
        period: FIVE_MINUTES,
      }),
      threshold: 1,
      periods: 3,
      meaning: 'Lambda lets fewer functions of this account run at once than would like to.',
    },
    'feeds-failing': {
      metric: systemMetric(name, 'FeedsFailing', Duration.hours(failing.hours)),
      threshold: failing.polls,
      meaning: 'A fifth of the feeds cannot be read.',
    },
    silence: {
      metric: systemMetric(name, 'Silent', Duration.hours(silent.hours)),
      threshold: silent.polls,
      meaning:
        'A tenth of the feeds have brought nothing new, or of the topics had no story, for far longer than they use to.',
    },
    ...(sms
      ? {
          'sms-spend': {
            metric: new Metric({
              namespace: 'AWS/SNS',
              metricName: 'SMSMonthToDateSpentUSD',
              statistic: Stats.MAXIMUM,
              period: Duration.hours(1),
            }),
            threshold: smsSpendLimit * 0.8,
            meaning: `SMS have cost four fifths of the $${smsSpendLimit} after which SNS sends none until next month.`,
          },
        }
      : {}),
  };
}

const MAX_WAITING_SECONDS = 15 * 60;
