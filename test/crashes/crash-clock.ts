import type { Clock } from '../../functions/shared/model.ts';

/** An hour on this clock takes a minute, and an alert's lease a second. */
export const SPEED = 60;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** Returns a clock that is the same in every process with the same epoch. `skipped` is the time while no process ran, ms. */
export function crashClock(epoch: number, skipped: number): Clock {
  return () => epoch + (Date.now() - epoch) * SPEED + skipped;
}
