const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*([smhd])$/;

/** "90s", "5m", "1.5h", "7d" in milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const found = DURATION.exec(text.trim());
  if (!found) return undefined;
  return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS];
}
