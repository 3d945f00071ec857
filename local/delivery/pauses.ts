import { formatClockTime } from '../format-time.ts';

/** The shortest and the longest pause before another try, ms. */
export type Pauses = readonly [shortest: number, longest: number];

/** A reason why nothing can be sent at the moment. `nextAt`: time of the next try, ISO. */
export interface Outage {
  readonly detail: string;
  readonly nextAt: string;
}

const JITTER = 0.2;

/**
 * Returns a pause as long as the problem has lasted, within the bounds, so each pause is about twice as long as the one
 * before. Varies by a fifth.
 */
export function pauseOf(lasted: number, [shortest, longest]: Pauses): number {
  const pause = Math.min(Math.max(lasted, shortest), longest);
  return Math.round(pause * (1 + JITTER * (2 * Math.random() - 1)));
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export const hourAndMinute = (time: string | number): string => formatClockTime(time).slice(0, 5);
