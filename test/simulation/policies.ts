import { weekdayNumber } from '../../config/week.ts';
import type {
  AlertCaps,
  DeliveryPolicy,
  DeliverySchedule,
  FollowUpMode,
  QuietHours,
  QuietSchedule,
  SmsParts,
  Topic,
} from '../../functions/shared/model.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { Words } from './news.ts';
import { followUpsOf, type WatchedTopic, ZONES } from './scenario.ts';
import { HOUR, MINUTE } from './virtual-time.ts';

export interface Course {
  readonly start: number;
  readonly length: number;
  readonly long: boolean;
}

/** Returns the topic with random delivery policies. */
export function withPolicy(
  { topic, word }: WatchedTopic,
  words: Words,
  course: Course,
  random: SeededRandom,
): WatchedTopic {
  const timeZone = random.pick(ZONES);
  const urgentWord = random.chance(0.5) ? words.word() : undefined;
  const { deliver: _deliver, ...rest } = topic;
  const sms = random.chance(0.7)
    ? { sms: { minSources: random.pick([1, 2, 2, 3]), ...policyOf(timeZone, course, random) } }
    : {};
  const told: Topic = {
    ...rest,
    ...policyOf(timeZone, course, random),
    ...(urgentWord === undefined ? {} : { urgent: { term: { text: urgentWord } } }),
    ...sms,
  };
  return { topic: told, word, ...(urgentWord === undefined ? {} : { urgentWord }) };
}

/** Returns a monthly limit of SMS parts, so low that some runs use it up; or none. */
export function smsPartsOf(topicIds: readonly string[], random: SeededRandom): SmsParts | undefined {
  const recipients = Object.fromEntries(topicIds.map((id) => [id, random.between(0, 2)]));
  const month = random.between(2, 15);
  return random.chance(0.4) ? { month, recipients } : undefined;
}

function policyOf(timeZone: string, course: Course, random: SeededRandom): DeliveryPolicy {
  return {
    deliver: deliveryOf(timeZone, course, random),
    followUps: followUpsOf(random.pick<FollowUpMode>(['off', 'urgent', 'calm', 'calm', 'all']), random),
    ...(random.chance(0.6) ? { quiet: quietOf(timeZone, course, random) } : {}),
    ...(random.chance(0.6) ? { atMost: capsOf(timeZone, random) } : {}),
  };
}

function deliveryOf(timeZone: string, { start, long }: Course, random: SeededRandom): DeliverySchedule {
  if (random.chance(0.75)) return { mode: 'now' };
  if (!long) return { mode: 'hourly', timeZone };
  const time = { hour: random.integer(24), minute: random.pick([0, 30]), timeZone };
  const weekday = ((new Date(start).getUTCDay() + random.integer(3) + 6) % 7) + 1;
  return random.pick<DeliverySchedule>([
    { mode: 'hourly', timeZone },
    { mode: 'daily', ...time },
    { mode: 'weekly', weekday, ...time },
  ]);
}

/** Returns quiet hours within the run: on every day, only on the days of the run, or only on other days. */
function quietOf(timeZone: string, course: Course, random: SeededRandom): QuietSchedule {
  const hours = [hoursOf(timeZone, course, random)];
  if (random.chance(0.3)) hours.push(hoursOf(timeZone, course, random));
  return { hours, timeZone };
}

function hoursOf(timeZone: string, { start, length, long }: Course, random: SeededRandom): QuietHours {
  const from = start + Math.floor(length * random.fraction() * 0.8);
  const lasts = long ? random.between(2, 9) * HOUR : random.between(4, 24) * 5 * MINUTE;
  const hours = { from: timeOfDay(from, timeZone), to: timeOfDay(from + lasts, timeZone) };
  if (random.chance(0.4)) return hours;
  const day = weekdayAt(from, timeZone);
  const others = [1, 2, 3, 4, 5, 6, 7].filter((one) => one !== day);
  return { ...hours, days: random.chance(0.6) ? [day] : others };
}

function capsOf(timeZone: string, random: SeededRandom): AlertCaps {
  const hour = { hour: random.between(1, 2) };
  const day = { day: random.between(1, 4) };
  return { ...random.pick([hour, day, { ...hour, ...day }]), timeZone };
}

/** Returns the weekday; 1 is Monday. */
function weekdayAt(time: number, timeZone: string): number {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long' }).format(time);
  return weekdayNumber(name.toLowerCase());
}

export function timeOfDay(time: number, timeZone: string) {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' });
  const [hour = 0, minute = 0] = format.format(time).split(':').map(Number);
  return { hour, minute: minute - (minute % 5) };
}
