const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*([smhd])$/;

/** Parses "90s", "5m", "1.5h" or "7d" to milliseconds. Returns undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const found = DURATION.exec(text.trim());
  if (!found) return undefined;
  return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
}

/** Parses a duration to milliseconds. Throws a TypeError for any other text, which the schema rules out. */
export function toMilliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new TypeError(`not a duration: ${text}`);
  return ms;
}

/** Shortest and longest time between two events, in ms. */
export interface Interval {
  readonly every: number;
  readonly everyAtMost: number;
}

/** Parses "5m to 20m", or a single duration, which becomes both bounds. Throws a TypeError for any other text. */
export function parseInterval(text: string): Interval {
  const [min = '', max = min] = text.split(/\s+to\s+/);
  return { every: toMilliseconds(min), everyAtMost: toMilliseconds(max) };
}
