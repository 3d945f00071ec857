import type { MetricName } from './pipeline.ts';

/** Counts of the whole system: never per feed or topic, which would be a metric to pay for each. */
export interface Metrics {
  add(name: MetricName, count: number): void;
}
