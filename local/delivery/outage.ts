import { formatClockTime } from '../format-time.ts';

/** A reason why nothing can be sent at the moment. `nextAt`: time of the next try, ISO. */
export interface Outage {
  readonly detail: string;
  readonly nextAt: string;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export const hourAndMinute = (time: string | number): string => formatClockTime(time).slice(0, 5);
