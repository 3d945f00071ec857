import { Temporal } from 'temporal-polyfill';
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
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(deliver.timeZone);
  const time = Temporal.PlainTime.from({ hour: deliver.hour, minute: deliver.minute });
  // A time that daylight saving skips comes as much later; one that it repeats means the first.
  const on = (date: Temporal.PlainDate) =>
    date.toZonedDateTime({ timeZone: deliver.timeZone, plainTime: time });
  const today = on(here.toPlainDate());
  const due = today.epochMilliseconds > now ? today : on(here.toPlainDate().add({ days: 1 }));
  return due.epochMilliseconds;
}
