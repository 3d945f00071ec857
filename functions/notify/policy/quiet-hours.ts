import { epochOn, localDateAt, nextDay, previousDay, weekdayOf } from '../../shared/local-time.ts';
import type { QuietSchedule, TimeOfDay } from '../../shared/model.ts';

/** Returns when the quiet hours around a time end, ms, or undefined if the time is in none. */
export function quietUntil(quiet: QuietSchedule, time: number): number | undefined {
  const { hours, timeZone } = quiet;
  const today = localDateAt(time, timeZone);
  for (const { from, to, days } of hours) {
    const crossesMidnight = minutesOf(to) <= minutesOf(from);
    for (const date of [previousDay(today), today]) {
      if (days && !days.includes(weekdayOf(date))) continue;
      const start = epochOn(date, from, timeZone);
      const end = epochOn(crossesMidnight ? nextDay(date) : date, to, timeZone);
      // More quiet hours may follow at once, for example if daylight saving skips the time between two nights.
      if (start <= time && time < end) return quietUntil(quiet, end) ?? end;
    }
  }
  return undefined;
}

const minutesOf = ({ hour, minute }: TimeOfDay) => hour * 60 + minute;
