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
import type { EventName } from '../functions/shared/events.ts';
import type { Feed } from '../functions/shared/model.ts';
import {
  type AlarmName,
  alarmThreshold,
  type DeliveryName,
  type DeployedQueueName,
  MAX_SILENT_SHARE,
  type MetricName,
  metricNamespace,
  type QueueName,
} from '../functions/shared/pipeline.ts';
import type { QueuePair } from './queue-pair.ts';

/** The queues of a deployment, with those that only some have. */
export type DeployedQueues = Readonly<
  Record<QueueName, QueuePair> & Partial<Record<DeliveryName, QueuePair>>
>;

export interface AlarmsProps {
  /** Name of the system. */
  readonly name: string;
  /** The channel that alarms notify. */
  readonly channel: ITopic;
  readonly queues: DeployedQueues;
  /** Log and timeout (in seconds) of every function. */
  readonly functions: readonly { readonly logGroup: ILogGroup; readonly timeout: number }[];
  readonly feeds: readonly Pick<Feed, 'every' | 'enabled'>[];
  /** Whether there are SMS recipients. SNS stops sending SMS at the account's monthly limit. */
  readonly sms: boolean;
  /** USD per month. */
  readonly smsSpendLimit: number;
}

interface AlarmRule {
  readonly metric: IMetric;
  /** The alarm goes off at this value or above it. */
  readonly threshold: number;
  /** Number of consecutive periods that must reach the threshold; 1 by default. */
  readonly periods?: number;
  /** The meaning of the alarm, for somebody who reads it in an email at night. */
  readonly meaning: string;
  /** The alarm goes off below the threshold instead, and when there is no data. */
  readonly below?: true;
}

/**
 * The alarms of a system. docs/operations.md has a runbook for each. CloudWatch charges for each metric that an alarm uses.
 */
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
   * Counts events in the logs that functions cannot count themselves: failures, and runs that nearly timed out. The
   * same metric counts alerts that SNS refused, because only ten alarms are free.
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
        `{ (${report} && $.record.status != "success") || $.level = "ERROR" || $.message = "${PUBLISH_FAILED}" }`,
      );
      filter('Slow', `{ ${report} && $.record.metrics.durationMs > ${timeout * 1000 * NEAR_TIMEOUT_SHARE} }`);
    }
  }
}

const PUBLISH_FAILED: EventName = 'publish-failed';
const NEAR_TIMEOUT_SHARE = 0.8;
const FIVE_MINUTES = Duration.minutes(5);

/** Returns the sum of one of the system's own metrics. */
export function systemMetric(
  name: string,
  metricName: MetricName | 'Failures',
  period = FIVE_MINUTES,
): Metric {
  // Powertools adds a dimension to the metrics of functions. The metric from the logs has none.
  const isFromFunction = metricName !== 'Failures';
  return new Metric({
    namespace: metricNamespace(name),
    metricName,
    statistic: Stats.SUM,
    period,
    ...(isFromFunction ? { dimensionsMap: { service: 'news-alerts' } } : {}),
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
  const dead = (queue: DeployedQueueName, { deadLetterQueue }: QueuePair): AlarmRule => ({
    metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      period: FIVE_MINUTES,
      statistic: Stats.MAXIMUM,
    }),
    threshold: 1,
    meaning: `Messages of the ${queue} queue have failed too often. They wait in the dead-letter queue.`,
  });
  const waiting = (name: DeployedQueueName, { queue }: QueuePair): AlarmRule => ({
    metric: queue.metricApproximateAgeOfOldestMessage({
      period: FIVE_MINUTES,
      statistic: Stats.MAXIMUM,
    }),
    threshold: MAX_WAITING_SECONDS,
    meaning: `A message has waited in the ${name} queue for 15 minutes, so news is late.`,
  });
  return {
    'no-ticks': {
      metric: systemMetric(name, 'Ticks'),
      threshold: 1,
      periods: 2,
      below: true,
      meaning: 'The schedule has not run for ten minutes, so no feed is polled and no alert is sent.',
    },
    'dead-feeds': dead('feeds', queues.feeds),
    'dead-items': dead('items', queues.items),
    'dead-hits': dead('hits', queues.hits),
    'waiting-feeds': waiting('feeds', queues.feeds),
    'waiting-items': waiting('items', queues.items),
    'waiting-hits': waiting('hits', queues.hits),
    ...(queues.chat
      ? { 'dead-chat': dead('chat', queues.chat), 'waiting-chat': waiting('chat', queues.chat) }
      : {}),
    ...(queues.mail
      ? { 'dead-mail': dead('mail', queues.mail), 'waiting-mail': waiting('mail', queues.mail) }
      : {}),
    failures: {
      metric: systemMetric(name, 'Failures'),
      threshold: 1,
      periods: 3,
      meaning: 'For 15 minutes, functions have failed or nearly timed out, or SNS has not accepted alerts.',
    },
    throttles: {
      // Without dimensions the metric covers all functions of the account and region, which share the concurrency.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        statistic: Stats.SUM,
        period: FIVE_MINUTES,
      }),
      threshold: 1,
      periods: 3,
      meaning: 'This account needs more concurrent Lambda invocations than its quota allows.',
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
        'A tenth of the feeds have had no news, or a tenth of the topics no story, for far longer than usual.',
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
            meaning: `SMS have cost four fifths of the monthly limit of $${smsSpendLimit}. At the limit, SNS sends no more SMS until next month.`,
          },
        }
      : {}),
  };
}

const MAX_WAITING_SECONDS = 15 * 60;
