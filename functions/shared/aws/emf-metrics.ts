import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { metricNamespace } from '../pipeline.ts';
import type { Metrics } from '../ports.ts';

/** Metrics that go out with the log (CloudWatch's embedded metric format): no call, and nothing that could fail. */
export interface FlushedMetrics extends Metrics {
  /** Writes what was counted. */
  flush(): void;
}

export const NO_METRICS: FlushedMetrics = { add: () => undefined, flush: () => undefined };

export function emfMetrics(system: string): FlushedMetrics {
  const metrics = new Powertools({ namespace: metricNamespace(system), serviceName: 'news-alerts' });
  let counts = new Map<string, number>();
  return {
    add(name, count) {
      counts.set(name, (counts.get(name) ?? 0) + count);
    },
    flush() {
      if (counts.size === 0) return;
      for (const [name, count] of counts) metrics.addMetric(name, MetricUnit.Count, count);
      counts = new Map();
      metrics.publishStoredMetrics();
    },
  };
}

/** The work, and then its counts, whatever came of it. */
export function withMetrics<Args extends readonly unknown[], Result>(
  metrics: FlushedMetrics,
  work: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return (...args) => work(...args).finally(() => metrics.flush());
}
