import type { QuietSchedule, TimeOfDay } from '../../shared/model.ts';
import { epochOn, localDateAt, nextDay, previousDay, weekdayOf } from './local-time.ts';

/** When the quiet hours end that a time lies in; undefined when it lies in none. */
export function quietUntil(quiet: QuietSchedule, time: number): number | undefined {
  const { hours, timeZone } = quiet;
  const today = localDateAt(time, timeZone);
  for (const { from, to, days } of hours) {
    const crossesMidnight = minutesOf(to) <= minutesOf(from);
    for (const date of [previousDay(today), today]) {
      if (days && !days.includes(weekdayOf(date))) continue;
      const begins = epochOn(date, from, timeZone);
      const ends = epochOn(crossesMidnight ? nextDay(date) : date, to, timeZone);
      // Others may follow at once: also where daylight saving skips what lies between two nights.
      if (begins <= time && time < ends) return quietUntil(quiet, ends) ?? ends;
    }
  }
  return undefined;
}

const minutesOf = ({ hour, minute }: TimeOfDay) => hour * 60 + minute;
