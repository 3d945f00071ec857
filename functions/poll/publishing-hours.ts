import type { PublishingHours } from '../shared/store/feed-states.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HALF_LIFE_MS = 14 * DAY_MS;
/** Days of the mean rate that are mixed into each hour, so that a few items of one day prove nothing. */
const PRIOR_DAYS = 1;

const hourOf = (time: number): number => Math.floor(time / HOUR_MS) % 24;
const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Returns the hours with those of new items added. `times`: when these were published, ms. */
export function recordHours(
  before: PublishingHours | undefined,
  times: readonly number[],
  now: number,
): PublishingHours {
  const { counts, days } = faded(before ?? { counts: new Array(24).fill(0), days: 0, at: now }, now);
  const next = [...counts];
  for (const time of times) next[hourOf(time)] = (next[hourOf(time)] ?? 0) + 1;
  return { counts: next.map(rounded), days: rounded(days), at: now };
}

/**
 * Returns the feed's mean rate, relative to its rate at this hour of the day: above 1 in its quiet hours. Hours mix with
 * those beside them.
 */
export function hourFactor(hours: PublishingHours | undefined, now: number): number {
  if (!hours) return 1;
  const { counts, days } = faded(hours, now);
  const at = (hour: number) => counts[(hour + 24) % 24] ?? 0;
  // As if one item more had been seen, so that a feed without items has a rate.
  const mean = (counts.reduce((sum, count) => sum + count, 0) + 1) / (days + 1) / 24;
  const hour = hourOf(now);
  const inHour = (at(hour - 1) + 2 * at(hour) + at(hour + 1)) / 4;
  return (mean * (days + PRIOR_DAYS)) / (inHour + PRIOR_DAYS * mean);
}

function faded({ counts, days, at }: PublishingHours, now: number): Omit<PublishingHours, 'at'> {
  const elapsed = Math.max(0, now - at);
  const kept = 2 ** (-elapsed / HALF_LIFE_MS);
  return { counts: counts.map((count) => count * kept), days: days * kept + elapsed / DAY_MS };
}
