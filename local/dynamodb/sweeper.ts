import type { EmbeddedDynamoDb } from './embedded-dynamo-db.ts';

/** Limit on the seconds by which the horizon moves per second. */
const MAX_HORIZON_SPEED = 24;
/** Items, stories and claims are kept at least this long. */
const MIN_LIFETIME_SECONDS = 90 * 86_400;
/** Epoch seconds. A clock with an earlier time is wrong. */
const FIRST_RELEASE_AT = Date.parse('2025-01-01T00:00:00Z') / 1000;
const MAX_RECORDS_PER_RUN = 200;
const MAX_PAGES_PER_RUN = 256;
const SAVE_INTERVAL_MS = 60_000;

/**
 * Deletes expired records, as DynamoDB itself does, a bounded number per run.
 *
 * A clock that is far ahead by mistake must not delete records that are still needed. So records are deleted up to a
 * horizon, which follows the clock but moves by no more than 24 hours per hour of running. Items, stories and claims live
 * for at least 90 days, which leaves more than three days to correct the clock. Marks of sent digest entries live for 30
 * days, which leaves one day. A machine that was off catches up in the same way. The horizon is saved with the tables, so
 * a restart cannot make it jump.
 *
 * A clock that is set back moves the horizon back, so the next wrong clock has just as far to go. Times before the first
 * release are ignored: a machine without a battery-backed clock starts in 1970 each time, and would never catch up.
 */
export class Sweeper {
  readonly #store: EmbeddedDynamoDb;
  readonly #monotonic: () => number;
  #horizon: number | undefined;
  #lastRunAt: number;
  #savedAt = Number.NEGATIVE_INFINITY;

  /** `monotonic`: returns a time in ms that is not affected by changes of the clock. */
  constructor(store: EmbeddedDynamoDb, monotonic: () => number = () => performance.now()) {
    this.#store = store;
    this.#monotonic = monotonic;
    this.#lastRunAt = monotonic();
  }

  /** Deletes some records that have expired by `now`, ms since the epoch. Never throws; the next run retries. */
  run(now: number): void {
    try {
      this.#sweep(now / 1000);
      this.#store.shrink(MAX_PAGES_PER_RUN);
    } catch {
      // The disk is full, which every write of the stages reports too.
    }
  }

  /** Returns the horizon of a new database: far enough back that a wrong clock can be corrected before the first delete. */
  #firstHorizon(): number | undefined {
    const first = this.#store.firstExpiry();
    return first === undefined ? undefined : Math.max(first - MIN_LIFETIME_SECONDS, FIRST_RELEASE_AT);
  }

  #sweep(time: number): void {
    if (!(time > FIRST_RELEASE_AT && time < Number.POSITIVE_INFINITY)) return;
    const runAt = this.#monotonic();
    const elapsedSeconds = (runAt - this.#lastRunAt) / 1000;
    this.#lastRunAt = runAt;
    const before = this.#horizon ?? this.#store.sweepHorizon() ?? this.#firstHorizon();
    if (before === undefined) return;
    const horizon = Math.min(before + elapsedSeconds * MAX_HORIZON_SPEED, time);
    this.#horizon = horizon;
    this.#store.deleteExpired(horizon, MAX_RECORDS_PER_RUN);
    if (runAt - this.#savedAt < SAVE_INTERVAL_MS) return;
    this.#store.saveSweepHorizon(horizon);
    this.#savedAt = runAt;
  }
}
