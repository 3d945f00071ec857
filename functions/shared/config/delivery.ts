import type { AtMost, Delivery, DeliveryPolicy, Topic } from '../model.ts';
import type { ConfigFile } from './schema.ts';
import { quietHours, timeOfDay, weekdayNumber } from './week.ts';

type TopicFile = ConfigFile['topics'][number];
type PolicyFile = Pick<TopicFile, 'deliver' | 'quiet' | 'atMost'>;

/** How a topic is told: one policy for both protocols, or two. */
export function toPolicies(
  topic: TopicFile,
  defaults: NonNullable<ConfigFile['defaults']>,
): Pick<Topic, 'deliver' | 'quiet' | 'atMost' | 'sms'> {
  const timeZone = topic.timezone ?? defaults.timezone ?? 'UTC';
  const { email, sms } = topic;
  const policy = (own: PolicyFile = {}) => toPolicy({ ...defaults, ...topic, ...own }, timeZone);
  if (!email && !sms) return policy();
  return { ...policy(email), sms: { minSources: sms?.minSources ?? 1, ...policy(sms) } };
}

/** For texts that the schema has found to be right. */
function toPolicy({ deliver = 'now', quiet, atMost }: PolicyFile, timeZone: string): DeliveryPolicy {
  return {
    deliver: toDelivery(deliver, timeZone),
    ...(quiet === undefined || quiet === 'off'
      ? {}
      : { quiet: { hours: [quiet].flat().map(quietHours), timeZone } }),
    ...(atMost === undefined || atMost === 'off' ? {} : { atMost: toCaps(atMost, timeZone) }),
  };
}

function toCaps({ hour, day }: Exclude<NonNullable<PolicyFile['atMost']>, 'off'>, timeZone: string): AtMost {
  return { ...(hour === undefined ? {} : { hour }), ...(day === undefined ? {} : { day }), timeZone };
}

function toDelivery(text: string, timeZone: string): Delivery {
  if (text === 'now' || text === 'hourly') return { mode: text };
  const time = { ...timeOfDay(text.slice(-5)), timeZone };
  const weekday = weekdayNumber(text.split(' ')[2] ?? '');
  return weekday === 0 ? { mode: 'daily', ...time } : { mode: 'weekly', weekday, ...time };
}
