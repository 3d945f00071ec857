import { formatTime as formatIsoTime } from '../functions/shared/format-time.ts';
import { count } from '../functions/shared/text/count.ts';

const UNITS = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Returns a duration in ms as people say it, rounded down: "45 s", "12 min", "1 h", "3 days". */
export function formatDuration(ms: number): string {
  for (const [n, [unit, size]] of UNITS.entries()) {
    const [, smaller = size] = UNITS[n + 1] ?? [];
    // Below two of a unit, the next smaller unit is more precise: "90 min" rather than "1 h".
    if (ms >= 2 * size || (ms >= size && ms < size + smaller)) return inUnit(Math.floor(ms / size), unit);
  }
  return '0 s';
}

/** Returns a duration in ms in the largest unit that divides it, as in the config file: "90 s", "150 min", "1 h". */
export function formatExactDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0) ?? ['s', 1_000];
  return inUnit(ms / size, unit);
}

function inUnit(n: number, unit: (typeof UNITS)[number][0]): string {
  return unit === 'day' ? count(n, unit) : `${n} ${unit}`;
}

/** Returns a time to the minute with its zone, as emails show it: "2026-03-01 10:30 CET". */
export function formatTime(ms: number, timeZone = 'UTC'): string {
  return formatIsoTime(new Date(ms).toISOString(), timeZone);
}

/** Returns the time of day by this machine's clock and time zone: "08:31:05". */
export function formatClockTime(time: number | string = Date.now()): string {
  return new Date(time).toTimeString().slice(0, 8);
}

/** Returns the first names of a list, and how many more there are: "a, b, c, d, e and 3 more". */
export function abbreviateList(names: readonly string[], max = 5): string {
  const rest = names.length - max;
  return rest > 0 ? `${names.slice(0, max).join(', ')} and ${rest} more` : names.join(', ');
}
