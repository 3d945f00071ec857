import type { Quiet, TimeOfDay } from '../shared/model.ts';
import { dateAt, dayBefore, momentOn, nextDay } from './local-time.ts';

/** When the quiet hours end that a time lies in; undefined when it lies in none. */
export function quietUntil(quiet: Quiet, time: number): number | undefined {
  const { from, to, timeZone } = quiet;
  const today = dateAt(time, timeZone);
  const crossesMidnight = minutesOf(to) <= minutesOf(from);
  for (const date of [dayBefore(today), today]) {
    const begins = momentOn(date, from, timeZone);
    const ends = momentOn(crossesMidnight ? nextDay(date) : date, to, timeZone);
    // Where daylight saving skips what lies between two nights, the second follows at once.
    if (begins <= time && time < ends) return quietUntil(quiet, ends) ?? ends;
  }
  return undefined;
}

const minutesOf = ({ hour, minute }: TimeOfDay) => hour * 60 + minute;
