import { formatTime as momentOf } from '../functions/notify/render/format-time.ts';
import { count } from '../functions/shared/text/count.ts';

const UNITS = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Returns a duration as people say it, rounded down: "45 s", "12 min", "1 h", "3 days". */
export function formatDuration(ms: number): string {
  for (const [n, [unit, size]] of UNITS.entries()) {
    const [, smaller = size] = UNITS[n + 1] ?? [];
    // Below two of a unit, the next smaller one is more exact: "90 min" rather than "1 h".
    if (ms >= 2 * size || (ms >= size && ms < size + smaller)) return inUnit(Math.floor(ms / size), unit);
  }
  return '0 s';
}

/** Returns a duration as it was configured, in the largest unit that divides it: "90 s", "150 min", "1 h". */
export function formatExactDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0) ?? ['s', 1_000];
  return inUnit(ms / size, unit);
}

function inUnit(n: number, unit: (typeof UNITS)[number][0]): string {
  return unit === 'day' ? count(n, unit) : `${n} ${unit}`;
}

/** Returns a time to the minute with its zone, as emails show it: "2026-03-01 10:30 CET". */
export function formatTime(ms: number, timeZone = 'UTC'): string {
  return momentOf(new Date(ms).toISOString(), timeZone);
}

/** The first few of a list, and how many more there are. */
export function abbreviateList(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
