const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Items per hour that a feed is expected to publish at a time, ms. */
export type RateAt = (time: number) => number;

const hourOf = (time: number): number => Math.floor(time / HOUR_MS) % 24;
const isWeekend = (time: number): boolean => [0, 6].includes(new Date(time).getUTCDay());

/** 29 numbers that a feed's record would hold. Counts and days decay with the same half-life. */
interface LearnedState {
  /** Items by hour of the day, UTC. */
  readonly hours: readonly number[];
  /** Items and observed days, on working days and at weekends. */
  readonly items: readonly [number, number];
  readonly days: readonly [number, number];
  /** ms. */
  readonly at: number;
}

export interface LearningOptions {
  /** Without hours, learns only the mean rate. */
  readonly hours: boolean;
  readonly weekend: boolean;
  readonly halfLifeDays: number;
  /** Days of the mean rate that are mixed into each hour. */
  readonly priorDays: number;
}

export const DEFAULT_LEARNING: LearningOptions = {
  hours: true,
  weekend: false,
  halfLifeDays: 14,
  priorDays: 1,
};

/** Days for which the weekend is assumed to be like the other days. */
const WEEKEND_PRIOR_DAYS = 2;

/** Learns a feed's rates from the publication times of the items that polls have discovered. */
export class LearnedRates {
  readonly #options: LearningOptions;
  #state: LearnedState;

  constructor(start: number, options: LearningOptions) {
    this.#options = options;
    this.#state = { hours: Array.from({ length: 24 }, () => 0), items: [0, 0], days: [0, 0], at: start };
  }

  discover(times: readonly number[], now: number): void {
    const { hours, items, days } = this.#decayed(now);
    const nextHours = [...hours];
    const nextItems: [number, number] = [...items];
    for (const time of times) {
      nextHours[hourOf(time)] = (nextHours[hourOf(time)] ?? 0) + 1;
      nextItems[isWeekend(time) ? 1 : 0]++;
    }
    this.#state = { hours: nextHours, items: nextItems, days, at: now };
  }

  /** Returns the expected items per hour at `now`. */
  rateAt(now: number): number {
    const { hours, items, days } = this.#decayed(now);
    const { priorDays, weekend } = this.#options;
    const observed = days[0] + days[1];
    // As if one item more had been seen, so that a feed without items has a rate.
    const mean = (items[0] + items[1] + 1) / (observed + 1) / 24;
    const rate = this.#options.hours
      ? (smoothed(hours, hourOf(now)) + priorDays * mean) / (observed + priorDays)
      : mean;
    if (!weekend) return rate;
    const kind = isWeekend(now) ? 1 : 0;
    const daily = 24 * mean;
    return (rate * ((items[kind] + WEEKEND_PRIOR_DAYS * daily) / (days[kind] + WEEKEND_PRIOR_DAYS))) / daily;
  }

  #decayed(now: number): LearnedState {
    const { hours, items, days, at } = this.#state;
    const kept = 2 ** (-(now - at) / (this.#options.halfLifeDays * DAY_MS));
    const nextDays: [number, number] = [days[0] * kept, days[1] * kept];
    nextDays[isWeekend(now) ? 1 : 0] += (now - at) / DAY_MS;
    return {
      hours: hours.map((count) => count * kept),
      items: [items[0] * kept, items[1] * kept],
      days: nextDays,
      at: now,
    };
  }
}

/** Mixes an hour's items with those of the hours beside it. */
function smoothed(hours: readonly number[], hour: number): number {
  const at = (n: number) => hours[(n + 24) % 24] ?? 0;
  return (at(hour - 1) + 2 * at(hour) + at(hour + 1)) / 4;
}

/** Returns the rates by hour of the day and kind of day that the feed had from `from` to `to`. */
export function dailyRhythm(times: readonly number[], from: number, to: number): RateAt {
  const inPeriod = times.filter((time) => time >= from && time < to);
  const days = (to - from) / DAY_MS;
  const byHour = Array.from({ length: 24 }, (_, hour) => {
    return inPeriod.filter((time) => hourOf(time) === hour).length / days;
  });
  const steps = Math.ceil((to - from) / HOUR_MS);
  const weekendHours = Array.from({ length: steps }, (_, n) => from + n * HOUR_MS).filter(isWeekend).length;
  const weekendItems = inPeriod.filter(isWeekend).length;
  const mean = inPeriod.length / Math.max(1, steps);
  const factor = (items: number, hours: number) => (hours === 0 || mean === 0 ? 1 : items / hours / mean);
  const weekend = factor(weekendItems, weekendHours);
  const working = factor(inPeriod.length - weekendItems, steps - weekendHours);
  return (time) => (byHour[hourOf(time)] ?? 0) * (isWeekend(time) ? weekend : working);
}

/** Returns the number of items in the clock hour of each time, which no policy can know in advance. */
export function hindsight(times: readonly number[]): RateAt {
  const counts = new Map<number, number>();
  for (const time of times) {
    const hour = Math.floor(time / HOUR_MS);
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  return (time) => counts.get(Math.floor(time / HOUR_MS)) ?? 0;
}
