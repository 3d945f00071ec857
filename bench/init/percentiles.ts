export interface Percentiles {
  readonly median: number;
  /** A tenth of the values is below, and a tenth above. */
  readonly low: number;
  readonly high: number;
}

export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}

/** Each value by the one that was measured beside it: what slows a machine down slows both down. */
export function ratiosOf(values: readonly number[], beside: readonly number[]): Percentiles {
  return percentilesOf(values.map((value, n) => value / (beside[n] ?? Number.NaN)));
}

export function formatFigures({ median, low, high }: Percentiles, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}
