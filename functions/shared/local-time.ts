// Import single functions: the classes would add 46 KB to the bundle.
import * as Instant from 'temporal-polyfill/fns/Instant';
import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as PlainTime from 'temporal-polyfill/fns/PlainTime';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import type { DailyTime, TimeOfDay } from './model.ts';

/** A calendar day. */
export type LocalDate = PlainDate.Record;

/** Returns the calendar day at a time (ms) in a time zone. */
export function localDateAt(time: number, timeZone: string): LocalDate {
  return ZonedDateTime.toPlainDate(zonedDateTimeAt(time, timeZone));
}

/**
 * Returns the epoch time of a local time, ms. A time that daylight saving skips moves forward by the skipped span; a repeated
 * time means its first occurrence.
 */
export function epochOn(date: LocalDate, { hour, minute }: TimeOfDay, timeZone: string): number {
  return PlainDate.toZonedDateTime(date, { timeZone, plainTime: PlainTime.create(hour, minute) })
    .epochMilliseconds;
}

/** Returns when a day begins, ms: later than midnight if daylight saving skips midnight. */
export function startOfDay(date: LocalDate, timeZone: string): number {
  return PlainDate.toZonedDateTime(date, timeZone).epochMilliseconds;
}

export const nextDay = (date: LocalDate): LocalDate => PlainDate.addDays(date, 1);
export const previousDay = (date: LocalDate): LocalDate => PlainDate.addDays(date, -1);
/** Returns the weekday of a day; 1 is Monday. */
export const weekdayOf = (date: LocalDate): number => PlainDate.dayOfWeek(date);

/** Returns the next time of day in a time zone, ms; always later than `time`. */
export function nextDailyTime(daily: DailyTime, time: number): number {
  const today = localDateAt(time, daily.timeZone);
  const due = epochOn(today, daily, daily.timeZone);
  return due > time ? due : epochOn(nextDay(today), daily, daily.timeZone);
}

const HOUR_MS = 3_600_000;

/** Returns the next full hour in a time zone, ms; always later than `time`. Some zones are offset by half an hour. */
export function nextHour(time: number, timeZone: string): number {
  const offset = ZonedDateTime.offsetNanoseconds(zonedDateTimeAt(time, timeZone)) / 1e6;
  return (Math.floor((time + offset) / HOUR_MS) + 1) * HOUR_MS - offset;
}

function zonedDateTimeAt(time: number, timeZone: string): ZonedDateTime.Record {
  return Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(time), timeZone);
}
