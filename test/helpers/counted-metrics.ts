import type { MetricName } from '../../functions/shared/pipeline.ts';

/** Returns metrics whose counts a test can read. */
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
