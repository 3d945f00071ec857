export interface Percentiles {
  readonly median: number;
  /** The 10th percentile. */
  readonly low: number;
  /** The 90th percentile. */
  readonly high: number;
}

export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}

/** Returns the percentiles of each value divided by the reference measured next to it, since other load slows both down. */
export function ratiosOf(values: readonly number[], references: readonly number[]): Percentiles {
  return percentilesOf(values.map((value, n) => value / (references[n] ?? Number.NaN)));
}

export function formatFigures({ median, low, high }: Percentiles, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}
