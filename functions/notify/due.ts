// The functions rather than the classes, which come with all that they can do: 46 KB more in the bundle.
import * as Instant from 'temporal-polyfill/fns/Instant';
import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as PlainTime from 'temporal-polyfill/fns/PlainTime';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import type { Delivery } from '../shared/model.ts';

const MINUTE_MS = 60_000;

/** When the welcome digest of a feed's first poll goes out: a minute after the tick, so that all feeds of the tick share it. */
export function welcomeDue(tickAt: string, now: number): number {
  const due = Date.parse(tickAt) + MINUTE_MS;
  return due > now ? due : (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
}

/** When a digest that takes in an alert of now goes out; always in the future. */
export function digestDue(deliver: Exclude<Delivery, { mode: 'now' }>, now: number): number {
  if (deliver.mode === 'hourly') return (Math.floor(now / (60 * MINUTE_MS)) + 1) * 60 * MINUTE_MS;
  const { timeZone, hour, minute } = deliver;
  const here = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(now), timeZone);
  const date = ZonedDateTime.toPlainDate(here);
  const plainTime = PlainTime.create(hour, minute);
  // A time that daylight saving skips comes as much later; one that it repeats means the first.
  const on = (day: PlainDate.Record) =>
    PlainDate.toZonedDateTime(day, { timeZone, plainTime }).epochMilliseconds;
  const today = on(date);
  return today > now ? today : on(PlainDate.addDays(date, 1));
}
