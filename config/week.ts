import type { QuietHours, TimeOfDay } from '../functions/shared/model.ts';

/** In the order of their numbers; Monday is 1. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** Returns the number of a weekday, 1 for Monday; 0 for any other text. */
export const weekdayNumber = (name: string): number => WEEKDAYS.map(String).indexOf(name) + 1;

export const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** Parses "22:00". */
export function timeOfDay(text: string): TimeOfDay {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return { hour, minute };
}

/**
 * Parses "22:00 to 07:00", "00:00 to 09:00 on saturday and sunday" or "20:00 to 08:00 on monday to thursday". The schema has
 * validated the text.
 */
export function quietHours(text: string): QuietHours {
  const [times = '', days] = text.split(' on ');
  const [from, to] = [timeOfDay(times.slice(0, 5)), timeOfDay(times.slice(-5))];
  return days === undefined ? { from, to } : { from, to, days: days.split(' and ').flatMap(daysOf) };
}

/** Returns the numbers of the days in "friday", or in "friday to monday", which is four days. */
function daysOf(text: string): number[] {
  const [first = 1, last = first] = text.split(' to ').map(weekdayNumber);
  const count = ((last - first + WEEKDAYS.length) % WEEKDAYS.length) + 1;
  return Array.from({ length: count }, (_, n) => ((first - 1 + n) % WEEKDAYS.length) + 1);
}

/** Returns 1 for each quiet minute of a week that begins on Monday, and 0 for the others. Ignores daylight saving. */
export function quietWeek(all: readonly QuietHours[]): Uint8Array {
  const week = new Uint8Array(WEEK_MINUTES);
  for (const { from, to, days = WEEKDAYS.map((_, n) => n + 1) } of all) {
    const startOfDay = minutesOf(from);
    const length = (minutesOf(to) - startOfDay + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
    for (const day of days) {
      const start = (day - 1) * DAY_MINUTES + startOfDay;
      week.fill(1, start, start + length);
      // Quiet hours that begin on Sunday may end on Monday.
      week.fill(1, 0, Math.max(0, start + length - WEEK_MINUTES));
    }
  }
  return week;
}

const minutesOf = ({ hour, minute }: TimeOfDay) => hour * 60 + minute;
