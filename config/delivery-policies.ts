import { DEFAULT_FOLLOW_UPS, DEFAULT_SMS_FOLLOW_UPS } from '../functions/shared/default-follow-ups.ts';
import type {
  AlertCaps,
  DailyTime,
  DeliveryPolicy,
  DeliverySchedule,
  FollowUpMode,
  FollowUps,
  Topic,
} from '../functions/shared/model.ts';
import { parseInterval } from './duration.ts';
import type { ConfigFile } from './schema/schema.ts';
import { quietHours, timeOfDay, weekdayNumber } from './week.ts';

type DefaultsSection = NonNullable<ConfigFile['defaults']>;
type FollowUpsFile = NonNullable<DefaultsSection['followUps']>;
/** A section of the file that accepts `followUps` and its old name, `updates`. */
type FollowUpKeys = Pick<DefaultsSection, 'followUps' | 'updates'>;

const MODE_OF_UPDATES: Readonly<Record<NonNullable<FollowUpKeys['updates']>, FollowUpMode>> = {
  off: 'off',
  material: 'calm',
  all: 'all',
};

/** Returns the configured follow-ups of a topic or the defaults, by either name of the key; undefined if there are none. */
function configuredFollowUps({ followUps, updates }: FollowUpKeys): FollowUpsFile | undefined {
  return followUps ?? (updates && MODE_OF_UPDATES[updates]);
}

/** Converts follow-ups of the file. Without intervals, the default intervals apply. */
function toFollowUps(configured: FollowUpsFile): FollowUps {
  if (typeof configured === 'string') return { ...DEFAULT_FOLLOW_UPS, mode: configured };
  const { mode = DEFAULT_FOLLOW_UPS.mode, every } = configured;
  return { ...DEFAULT_FOLLOW_UPS, mode, ...(every === undefined ? {} : parseInterval(every)) };
}

/** Returns a warning if the file uses `updates`, with the replacement for each value. */
export function renamedKeyWarnings({ defaults, topics }: ConfigFile): string[] {
  const values = new Set([defaults, ...topics].flatMap((section) => section?.updates ?? []));
  if (values.size === 0) return [];
  const pairs = [...values].map((value) => `"followUps: ${MODE_OF_UPDATES[value]}" for "updates: ${value}"`);
  return [`updates is now followUps: write ${pairs.join(', ')}`];
}

type TopicFile = ConfigFile['topics'][number];
type PolicyFile = Pick<TopicFile, 'deliver' | 'quiet' | 'atMost'>;

const DEFAULT_ROUND_UP = 'daily at 18:00';

/**
 * These caps are several times the most that a topic had in a recorded week of 22 newspapers. The busiest labelled topic had
 * 4 items in its busiest hour and 17 on its busiest day.
 */
const DEFAULT_CAPS = { hour: 30, day: 200 };

/** Returns the delivery policy of a topic, its separate policy for SMS if it has one, and its round-up. */
export function toPolicies(
  topic: TopicFile,
  defaults: DefaultsSection,
): Pick<Topic, keyof DeliveryPolicy | 'roundUp' | 'sms'> {
  const timeZone = topic.timezone ?? defaults.timezone ?? 'UTC';
  const { email, sms } = topic;
  const policy = (own: PolicyFile = {}) => toPolicy({ ...defaults, ...topic, ...own }, timeZone);
  const followUps = email?.followUps ?? configuredFollowUps(topic) ?? configuredFollowUps(defaults);
  const roundUp = topic.roundUp ?? defaults.roundUp ?? DEFAULT_ROUND_UP;
  return {
    ...policy(email),
    followUps: followUps === undefined ? DEFAULT_FOLLOW_UPS : toFollowUps(followUps),
    ...(roundUp === 'off' ? {} : { roundUp: dailyTime(roundUp, timeZone) }),
    ...(email || sms
      ? {
          sms: {
            minSources: sms?.minSources ?? 1,
            ...policy(sms),
            followUps: sms?.followUps === undefined ? DEFAULT_SMS_FOLLOW_UPS : toFollowUps(sms.followUps),
          },
        }
      : {}),
  };
}

/** Converts `daily at HH:MM`. */
export const dailyTime = (text: string, timeZone = 'UTC'): DailyTime => ({
  ...timeOfDay(text.slice(-5)),
  timeZone,
});

/** Converts a policy without its follow-ups. The schema has validated the texts. */
function toPolicy(
  { deliver = 'now', quiet, atMost }: PolicyFile,
  timeZone: string,
): Omit<DeliveryPolicy, 'followUps'> {
  return {
    deliver: toDelivery(deliver, timeZone),
    ...(quiet === undefined || quiet === 'off'
      ? {}
      : { quiet: { hours: [quiet].flat().map(quietHours), timeZone } }),
    // A topic with digests has no caps by default.
    ...(atMost === 'off' || (atMost === undefined && deliver !== 'now')
      ? {}
      : { atMost: toAlertCaps(atMost, timeZone) }),
  };
}

function toAlertCaps(configured: Exclude<PolicyFile['atMost'], 'off'>, timeZone: string): AlertCaps {
  if (configured === undefined) return { ...DEFAULT_CAPS, timeZone, byDefault: true };
  const { hour, day } = configured;
  return { ...(hour === undefined ? {} : { hour }), ...(day === undefined ? {} : { day }), timeZone };
}

function toDelivery(text: string, timeZone: string): DeliverySchedule {
  if (text === 'now') return { mode: text };
  if (text === 'hourly') return { mode: text, timeZone };
  const time = dailyTime(text, timeZone);
  const weekday = weekdayNumber(text.split(' ')[2] ?? '');
  return weekday === 0 ? { mode: 'daily', ...time } : { mode: 'weekly', weekday, ...time };
}
