import type { Clock } from '../functions/shared/model.ts';

/** Returns a clock that starts at the current time and runs `speed` times as fast as the wall clock. */
export function fastClock(speed: number): Clock {
  const start = Date.now();
  return () => Math.round(start + (Date.now() - start) * speed);
}

/** A clock that stands still until it is set. */
export interface VirtualClock {
  readonly now: Clock;
  /** Moves the clock to a time; an earlier time has no effect. */
  advanceTo(time: number): void;
}

export function virtualClock(start: number): VirtualClock {
  let time = start;
  return {
    now: () => time,
    advanceTo(later) {
      time = Math.max(time, later);
    },
  };
}
