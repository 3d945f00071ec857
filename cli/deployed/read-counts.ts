import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { type MetricName, metricNamespace } from '../../functions/shared/pipeline.ts';
import type { StageCounts } from '../../local/page-data.ts';

const HOUR_SECONDS = 3_600;

/** The metric of each count. */
const COUNTERS: Readonly<Record<keyof StageCounts, MetricName>> = {
  polls: 'FeedsDue',
  items: 'ItemsFound',
  hits: 'Matches',
  alerts: 'AlertsSent',
};

/**
 * Returns what the stages of a system have done in some hours; `polls` are those that were due. Returns undefined if
 * CloudWatch has no data. One call, which CloudWatch bills as four metrics.
 * @throws the SDK's errors
 */
export async function readCounts(
  cloudWatch: CloudWatchClient,
  system: string,
  hours: number,
  now: number,
): Promise<StageCounts | undefined> {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - hours * HOUR_SECONDS * 1_000),
      EndTime: new Date(now),
      MetricDataQueries: Object.entries(COUNTERS).map(([Id, MetricName]) => ({
        Id,
        MetricStat: {
          Metric: {
            Namespace: metricNamespace(system),
            MetricName,
            Dimensions: [{ Name: 'service', Value: 'news-alerts' }],
          },
          Period: HOUR_SECONDS,
          Stat: 'Sum',
        },
      })),
    }),
  );
  const sums = new Map(
    MetricDataResults.map(({ Id, Values = [] }) => [Id, Values.reduce((sum, value) => sum + value, 0)]),
  );
  const sumOf = (name: keyof StageCounts) => sums.get(name) ?? 0;
  // A running system has polls in every hour. A metric without data has never been above 0.
  if (sumOf('polls') === 0) return undefined;
  return { polls: sumOf('polls'), items: sumOf('items'), hits: sumOf('hits'), alerts: sumOf('alerts') };
}
