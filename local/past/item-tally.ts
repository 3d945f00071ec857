import type { ItemCounts } from '../page-data.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Until feeds have been read for longer than this, counts are by hour. */
const HOURS = 48;
/** Days that are counted. */
export const TALLY_DAYS = 30;

/** Counts the items of each feed, by hour for the last two days, or by day for the last month if there are older ones. */
export class ItemTally {
  readonly #hours = new Map<string, number[]>();
  readonly #days = new Map<string, number[]>();
  #isOld = false;

  /** Adds an item that was found `ageMs` ago. */
  add(feedId: string, ageMs: number): void {
    // A clock that was ahead may have dated an item later than now.
    const age = Math.max(0, ageMs);
    this.#isOld ||= age >= HOURS * HOUR_MS;
    increment(this.#hours, feedId, HOURS, Math.floor(age / HOUR_MS));
    increment(this.#days, feedId, TALLY_DAYS, Math.floor(age / DAY_MS));
  }

  counts(): ItemCounts {
    return this.#isOld
      ? { period: `${TALLY_DAYS} days`, byFeed: this.#days }
      : { period: `${HOURS} hours`, byFeed: this.#hours };
  }
}

function increment(counts: Map<string, number[]>, feedId: string, length: number, ago: number): void {
  const list = counts.get(feedId) ?? new Array<number>(length).fill(0);
  if (ago < length) list[length - 1 - ago] = (list[length - 1 - ago] ?? 0) + 1;
  counts.set(feedId, list);
}
