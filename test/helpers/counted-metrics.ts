import type { MetricName } from '../../functions/shared/pipeline.ts';

/** Metrics that a test reads. */
export function countedMetrics() {
  const counts: Partial<Record<MetricName, number>> = {};
  return {
    counts,
    add(name: MetricName, count: number): void {
      counts[name] = (counts[name] ?? 0) + count;
    },
    flush: () => undefined,
  };
}
