const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*([smhd])$/;

/** Returns "90s", "5m", "1.5h" or "7d" in milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const found = DURATION.exec(text.trim());
  if (!found) return undefined;
  return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
}

/** Returns a duration in milliseconds. Throws TypeError when the text is none, which the schema rules out. */
export function toMilliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new TypeError(`not a duration: ${text}`);
  return ms;
}

/** Shortest and longest time between two events, ms. */
export interface Interval {
  readonly every: number;
  readonly everyAtMost: number;
}

/** Returns the bounds of "5m to 20m"; one duration is both. Throws TypeError as `milliseconds` does. */
export function parseInterval(text: string): Interval {
  const [min = '', max = min] = text.split(/\s+to\s+/);
  return { every: toMilliseconds(min), everyAtMost: toMilliseconds(max) };
}
