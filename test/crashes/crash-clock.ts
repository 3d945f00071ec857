import type { Clock } from '../../functions/shared/model.ts';

/** An hour of the clock is a minute of the wall's, and an alert's lease a second. */
export const SPEED = 60;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** The same in every process that has the same epoch. `skipped` is time that passed while no process ran. */
export function crashClock(epoch: number, skipped: number): Clock {
  return () => epoch + (Date.now() - epoch) * SPEED + skipped;
}
