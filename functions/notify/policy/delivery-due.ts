import {
  epochOn,
  localDateAt,
  nextDailyTime,
  nextDay,
  nextHour,
  weekdayOf,
} from '../../shared/local-time.ts';
import type { DeliveryPolicy, DeliverySchedule } from '../../shared/model.ts';
import { quietUntil } from './quiet-hours.ts';

const MINUTE_MS = 60_000;
/** Less than a minute, because the next tick can come a little early. It would find the digest not yet due. */
const WELCOME_WAIT_MS = 50_000;

/** The facts about a report that decide when it is due. */
export interface DueContext {
  readonly loudness: 'alert' | 'welcome';
  readonly tickAt: string;
  /** An urgent report ignores quiet hours. */
  readonly urgent?: boolean | undefined;
}

/** Returns the due time of the digest that a report waits for, ms, or undefined if the report is sent at once. */
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

/** Returns when a digest goes out, ms: at its due time, or at the end of the quiet hours that contain the due time. */
export function afterQuietHours({ quiet }: Pick<DeliveryPolicy, 'quiet'>, due: number): number {
  return (quiet && quietUntil(quiet, due)) ?? due;
}

/**
 * Returns when the welcome digest of a feed's first poll is due, ms: shortly before the next tick, or before a later one if that
 * time has passed. All feeds of one tick share it.
 */
export function welcomeDue(tickAt: string, now: number): number {
  const due = Date.parse(tickAt) + WELCOME_WAIT_MS;
  return due > now ? due : due + (Math.floor((now - due) / MINUTE_MS) + 1) * MINUTE_MS;
}

/** Returns when the next digest of a schedule goes out, ms. Always in the future. */
export function digestDue(deliver: Exclude<DeliverySchedule, { mode: 'now' }>, now: number): number {
  if (deliver.mode === 'hourly') return nextHour(now, deliver.timeZone ?? 'UTC');
  if (deliver.mode === 'daily') return nextDailyTime(deliver, now);
  const { timeZone } = deliver;
  let date = localDateAt(now, timeZone);
  // Today may be the right weekday with the time already past; then the digest goes out a week later.
  for (let day = 0; day <= 7; day++, date = nextDay(date)) {
    if (weekdayOf(date) !== deliver.weekday) continue;
    const due = epochOn(date, deliver, timeZone);
    if (due > now) return due;
  }
  throw new RangeError(`no digest is due within eight days of ${new Date(now).toISOString()}`);
}
