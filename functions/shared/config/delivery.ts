import { DEFAULT_FOLLOW_UPS, DEFAULT_SMS_FOLLOW_UPS } from '../default-follow-ups.ts';
import type { AtMost, Delivery, DeliveryPolicy, Topic } from '../model.ts';
import { toFollowUps, writtenFollowUps } from './follow-ups.ts';
import type { ConfigFile } from './schema.ts';
import { quietHours, timeOfDay, weekdayNumber } from './week.ts';

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
      : { atMost: toCaps(atMost, timeZone) }),
  };
}

function toCaps(written: Exclude<PolicyFile['atMost'], 'off'>, timeZone: string): AtMost {
  if (written === undefined) return { ...DEFAULT_AT_MOST, timeZone, byDefault: true };
  const { hour, day } = written;
  return { ...(hour === undefined ? {} : { hour }), ...(day === undefined ? {} : { day }), timeZone };
}

function toDelivery(text: string, timeZone: string): Delivery {
  if (text === 'now') return { mode: text };
  if (text === 'hourly') return { mode: text, timeZone };
  const time = { ...timeOfDay(text.slice(-5)), timeZone };
  const weekday = weekdayNumber(text.split(' ')[2] ?? '');
  return weekday === 0 ? { mode: 'daily', ...time } : { mode: 'weekly', weekday, ...time };
}
