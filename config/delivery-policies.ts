import { DEFAULT_FOLLOW_UPS, DEFAULT_SMS_FOLLOW_UPS } from '../functions/shared/default-follow-ups.ts';
import type {
  AlertCaps,
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
/** A part of the file that takes both names of the key. */
type FollowUpKeys = Pick<DefaultsSection, 'followUps' | 'updates'>;

const MODE_OF_UPDATES: Readonly<Record<NonNullable<FollowUpKeys['updates']>, FollowUpMode>> = {
  off: 'off',
  material: 'calm',
  all: 'all',
};

/** Returns the follow-ups of the topic or the defaults by either name of the key; undefined where there is neither. */
export function writtenFollowUps({ followUps, updates }: FollowUpKeys): FollowUpsFile | undefined {
  return followUps ?? (updates && MODE_OF_UPDATES[updates]);
}

/** Returns the follow-ups that a value of the file stands for. A value without intervals has those of the defaults. */
export function toFollowUps(written: FollowUpsFile): FollowUps {
  if (typeof written === 'string') return { ...DEFAULT_FOLLOW_UPS, mode: written };
  const { mode = DEFAULT_FOLLOW_UPS.mode, every } = written;
  return { ...DEFAULT_FOLLOW_UPS, mode, ...(every === undefined ? {} : parseInterval(every)) };
}

/** Returns one warning if `updates` stands anywhere in the file: what to write in place of each of its values. */
export function renamedKeyWarnings({ defaults, topics }: ConfigFile): string[] {
  const values = new Set([defaults, ...topics].flatMap((part) => part?.updates ?? []));
  if (values.size === 0) return [];
  const pairs = [...values].map((value) => `"followUps: ${MODE_OF_UPDATES[value]}" for "updates: ${value}"`);
  return [`updates is now followUps: write ${pairs.join(', ')}`];
}

type TopicFile = ConfigFile['topics'][number];
type DefaultsFile = NonNullable<ConfigFile['defaults']>;
type PolicyFile = Pick<TopicFile, 'deliver' | 'quiet' | 'atMost'>;

const DEFAULT_ROUND_UP = 'daily at 18:00';

/**
 * Several times what topics of a recorded week of 22 newspapers brought: 4 items in the busiest hour of the busiest
 * labelled topic, and 17 in its busiest day.
 */
const DEFAULT_AT_MOST = { hour: 30, day: 200 };

/** Returns how a topic is delivered: one policy for both protocols, or two; and its round-up. */
export function toPolicies(
  topic: TopicFile,
  defaults: DefaultsFile,
): Pick<Topic, keyof DeliveryPolicy | 'roundUp' | 'sms'> {
  const timeZone = topic.timezone ?? defaults.timezone ?? 'UTC';
  const { email, sms } = topic;
  const policy = (own: PolicyFile = {}) => toPolicy({ ...defaults, ...topic, ...own }, timeZone);
  const followUps = email?.followUps ?? writtenFollowUps(topic) ?? writtenFollowUps(defaults);
  const roundUp = topic.roundUp ?? defaults.roundUp ?? DEFAULT_ROUND_UP;
  return {
    ...policy(email),
    followUps: followUps === undefined ? DEFAULT_FOLLOW_UPS : toFollowUps(followUps),
    ...(roundUp === 'off' ? {} : { roundUp: { ...timeOfDay(roundUp.slice(-5)), timeZone } }),
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

/** Returns a policy without its follow-ups. The schema has checked the texts. */
function toPolicy(
  { deliver = 'now', quiet, atMost }: PolicyFile,
  timeZone: string,
): Omit<DeliveryPolicy, 'followUps'> {
  return {
    deliver: toDelivery(deliver, timeZone),
    ...(quiet === undefined || quiet === 'off'
      ? {}
      : { quiet: { hours: [quiet].flat().map(quietHours), timeZone } }),
    // Digests by themselves are no alerts.
    ...(atMost === 'off' || (atMost === undefined && deliver !== 'now')
      ? {}
      : { atMost: toAlertCaps(atMost, timeZone) }),
  };
}

function toAlertCaps(written: Exclude<PolicyFile['atMost'], 'off'>, timeZone: string): AlertCaps {
  if (written === undefined) return { ...DEFAULT_AT_MOST, timeZone, byDefault: true };
  const { hour, day } = written;
  return { ...(hour === undefined ? {} : { hour }), ...(day === undefined ? {} : { day }), timeZone };
}

function toDelivery(text: string, timeZone: string): DeliverySchedule {
  if (text === 'now') return { mode: text };
  if (text === 'hourly') return { mode: text, timeZone };
  const time = { ...timeOfDay(text.slice(-5)), timeZone };
  const weekday = weekdayNumber(text.split(' ')[2] ?? '');
  return weekday === 0 ? { mode: 'daily', ...time } : { mode: 'weekly', weekday, ...time };
}
