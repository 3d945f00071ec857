// The functions rather than the classes, which come with all that they can do: 46 KB more in the bundle.
import * as Instant from 'temporal-polyfill/fns/Instant';
import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as PlainTime from 'temporal-polyfill/fns/PlainTime';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import type { TimeOfDay } from '../../shared/model.ts';

/** A day of the calendar. */
export type LocalDate = PlainDate.Record;

/** The day that it is in a time zone. */
export function localDateAt(time: number, timeZone: string): LocalDate {
  return ZonedDateTime.toPlainDate(zonedDateTimeAt(time, timeZone));
}

/** When it is that time on that day. A time that daylight saving skips comes as much later; one that it repeats means the first. */
export function epochOn(date: LocalDate, { hour, minute }: TimeOfDay, timeZone: string): number {
  return PlainDate.toZonedDateTime(date, { timeZone, plainTime: PlainTime.create(hour, minute) })
    .epochMilliseconds;
}

/** When a day begins: not at midnight where daylight saving skips it. */
export function startOfDay(date: LocalDate, timeZone: string): number {
  return PlainDate.toZonedDateTime(date, timeZone).epochMilliseconds;
}

export const nextDay = (date: LocalDate): LocalDate => PlainDate.addDays(date, 1);
export const previousDay = (date: LocalDate): LocalDate => PlainDate.addDays(date, -1);
/** 1 is Monday. */
export const weekdayOf = (date: LocalDate): number => PlainDate.dayOfWeek(date);

const HOUR_MS = 3_600_000;

/** Returns the next full hour by the clocks of a time zone, some of which are half an hour off; always later than `time`. */
export function nextHour(time: number, timeZone: string): number {
  const offset = ZonedDateTime.offsetNanoseconds(zonedDateTimeAt(time, timeZone)) / 1e6;
  return (Math.floor((time + offset) / HOUR_MS) + 1) * HOUR_MS - offset;
}

function zonedDateTimeAt(time: number, timeZone: string): ZonedDateTime.Record {
  return Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(time), timeZone);
}
