import type { DeliveryPolicy, DeliverySchedule } from '../../shared/model.ts';
import { epochOn, localDateAt, nextDay, nextHour, weekdayOf } from './local-time.ts';
import { quietUntil } from './quiet-hours.ts';

const MINUTE_MS = 60_000;

export interface DueContext {
  readonly loudness: 'alert' | 'welcome';
  readonly tickAt: string;
  /** Quiet hours do not hold for it. */
  readonly urgent?: boolean | undefined;
}

/** When the digest is due that the news waits for; undefined when it is told at once. */
export function deliveryDue(
  policy: Pick<DeliveryPolicy, 'deliver' | 'quiet'>,
  { loudness, tickAt, urgent = false }: DueContext,
  now: number,
): number | undefined {
  const { deliver, quiet } = policy;
  const welcome = loudness === 'welcome' ? welcomeDue(tickAt, now) : undefined;
  const due = deliver.mode === 'now' ? welcome : digestDue(deliver, now);
  if (urgent) return due;
  return due === undefined ? quiet && quietUntil(quiet, now) : afterQuietHours(policy, due);
}

/** A digest that falls into quiet hours moves to their end. */
export function afterQuietHours({ quiet }: Pick<DeliveryPolicy, 'quiet'>, due: number): number {
  return (quiet && quietUntil(quiet, due)) ?? due;
}

/** When the welcome digest of a feed's first poll goes out: a minute after the tick, so that all feeds of the tick share it. */
export function welcomeDue(tickAt: string, now: number): number {
  const due = Date.parse(tickAt) + MINUTE_MS;
  return due > now ? due : (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
}

/** When a digest that takes in an alert of now goes out; always in the future. */
export function digestDue(deliver: Exclude<DeliverySchedule, { mode: 'now' }>, now: number): number {
  if (deliver.mode === 'hourly') return nextHour(now, deliver.timeZone ?? 'UTC');
  const { timeZone } = deliver;
  let date = localDateAt(now, timeZone);
  // The weekday may be today's, and its time have passed: then it is that of a week later.
  for (let day = 0; day <= 7; day++, date = nextDay(date)) {
    if (deliver.mode === 'weekly' && weekdayOf(date) !== deliver.weekday) continue;
    const due = epochOn(date, deliver, timeZone);
    if (due > now) return due;
  }
  throw new RangeError(`no digest is due within eight days of ${new Date(now).toISOString()}`);
}
