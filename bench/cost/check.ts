import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('standard-day.json', import.meta.url);

/** Maximum growth of a counter over the accepted value. */
const TOLERANCE = 0.05;

export type Counts = Readonly<Record<string, number>>;

/** Describes each counter that has grown by more than the tolerance, one per line. */
export function growth(accepted: Counts, counts: Counts): string[] {
  return Object.entries(counts)
    .filter(([name, units]) => units > (accepted[name] ?? 0) * (1 + TOLERANCE))
    .map(([name, units]) => {
      const before = accepted[name] ?? 0;
      const more = before === 0 ? 'new' : `+${((units / before - 1) * 100).toFixed(1)} %`;
      return `${name}: expected at most 5 % more than ${before}, got ${units} (${more})`;
    });
}

export function acceptedCounts(): Counts {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Counts;
}

export function acceptCounts(counts: Counts): void {
  writeFileSync(FILE, `${JSON.stringify(counts, undefined, 2)}\n`);
}
