import type { EmbeddedDynamoDb } from './embedded-dynamo-db.ts';

/** Seconds by which the horizon moves in a second at most. */
const MAX_HORIZON_SPEED = 24;
/** Seconds that items, stories and claims are kept at least. */
const MIN_LIFETIME_SECONDS = 90 * 86_400;
/** Epoch seconds: no clock that is right says an earlier time. */
const FIRST_RELEASE_AT = Date.parse('2025-01-01T00:00:00Z') / 1000;
const MAX_RECORDS_PER_RUN = 200;
const MAX_PAGES_PER_RUN = 256;
const SAVE_INTERVAL_MS = 60_000;

/**
 * Deletes records after their expiry, as DynamoDB does by itself, a bounded number in a turn.
 *
 * A clock that is far ahead by mistake must not delete what is still needed. So records are deleted up to a horizon, which
 * follows the clock but moves no faster than 24 hours in an hour of running. Items, stories and claims live for 90 days at
 * least, which leaves more than three days to set the clock right; marks of digests live for 30, which leaves one. A machine
 * that was off catches up in the same way. The horizon is kept with the tables, since a restart must not let it jump.
 *
 * A clock that is set back takes the horizon back, so that the next error has as far to go. One from before the first release
 * counts for nothing: machines without a clock of their own begin every start in 1970, and would never catch up.
 */
export class Sweeper {
  readonly #store: EmbeddedDynamoDb;
  readonly #monotonic: () => number;
  #horizon: number | undefined;
  #turnAt: number;
  #keptAt = Number.NEGATIVE_INFINITY;

  /** `monotonic`: ms that no change of the clock affects. */
  constructor(store: EmbeddedDynamoDb, monotonic: () => number = () => performance.now()) {
    this.#store = store;
    this.#monotonic = monotonic;
    this.#turnAt = monotonic();
  }

  /** Deletes some records that have expired by `now`, ms since the epoch. Never throws: a turn that fails is taken again. */
  run(now: number): void {
    try {
      this.#sweep(now / 1000);
      this.#store.shrink(MAX_PAGES_PER_RUN);
    } catch {
      // There is no room on the disk, which every write of the stages tells as well.
    }
  }

  /** Nothing is known of the clock yet: it gets as long to be set right before the first record goes. */
  #firstHorizon(): number | undefined {
    const first = this.#store.firstExpiry();
    return first === undefined ? undefined : Math.max(first - MIN_LIFETIME_SECONDS, FIRST_RELEASE_AT);
  }

  #sweep(time: number): void {
    if (!(time > FIRST_RELEASE_AT && time < Number.POSITIVE_INFINITY)) return;
    const turnAt = this.#monotonic();
    const passed = (turnAt - this.#turnAt) / 1000;
    this.#turnAt = turnAt;
    const before = this.#horizon ?? this.#store.sweepHorizon() ?? this.#firstHorizon();
    if (before === undefined) return;
    const horizon = Math.min(before + passed * MAX_HORIZON_SPEED, time);
    this.#horizon = horizon;
    this.#store.deleteExpired(horizon, MAX_RECORDS_PER_RUN);
    if (turnAt - this.#keptAt < SAVE_INTERVAL_MS) return;
    this.#store.saveSweepHorizon(horizon);
    this.#keptAt = turnAt;
  }
}
