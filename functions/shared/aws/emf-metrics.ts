import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { metricNamespace } from '../pipeline.ts';
import type { Metrics } from '../ports.ts';

/** Metrics that are written to the log in CloudWatch's embedded metric format, so no API call can fail. */
export interface FlushedMetrics extends Metrics {
  /** Writes the counts to the log. */
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

/** Wraps a function so its counts are flushed after every call, also after a failed one. */
export function withMetrics<Args extends readonly unknown[], Result>(
  metrics: FlushedMetrics,
  work: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return (...args) => work(...args).finally(() => metrics.flush());
}
