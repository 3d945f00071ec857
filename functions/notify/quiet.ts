import type { Quiet, TimeOfDay } from '../shared/model.ts';
import { dateAt, dayBefore, momentOn, nextDay, weekdayOf } from './local-time.ts';

/** When the quiet hours end that a time lies in; undefined when it lies in none. */
export function quietUntil(quiet: Quiet, time: number): number | undefined {
  const { hours, timeZone } = quiet;
  const today = dateAt(time, timeZone);
  for (const { from, to, days } of hours) {
    const crossesMidnight = minutesOf(to) <= minutesOf(from);
    for (const date of [dayBefore(today), today]) {
      if (days && !days.includes(weekdayOf(date))) continue;
      const begins = momentOn(date, from, timeZone);
      const ends = momentOn(crossesMidnight ? nextDay(date) : date, to, timeZone);
      // Others may follow at once: also where daylight saving skips what lies between two nights.
      if (begins <= time && time < ends) return quietUntil(quiet, ends) ?? ends;
    }
  }
  return undefined;
}

const minutesOf = ({ hour, minute }: TimeOfDay) => hour * 60 + minute;
