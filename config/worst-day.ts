import type {
  DeliveryPolicy,
  PipelineConfig,
  Protocol,
  QuietSchedule,
  Subscription,
  Topic,
} from '../functions/shared/model.ts';
import { count } from '../functions/shared/text/count.ts';
import { DAY_MINUTES, quietWeek } from './week.ts';

/** How much is sent on the worst of days; without a bound where a topic tells all that comes at once. */
export interface WorstDay {
  readonly emails: number;
  readonly smsParts: number;
  /** Topics that have recipients, and no bound, by protocol. */
  readonly unbounded: Readonly<Record<Protocol, readonly string[]>>;
}

/** On the day on which clocks go back. */
const MAX_HOURS = 25;

/** From the configuration alone. Digests of more than a hundred entries, which are sent as several messages, count as one. */
export function worstDay(
  { topics, smsParts }: Pick<PipelineConfig, 'topics' | 'smsParts'>,
  subscriptions: readonly Subscription[],
): WorstDay {
  const sent = (protocol: Protocol) => {
    const heard = topics.map((topic) => ({
      id: topic.id,
      recipients: subscriptions.filter((one) => one.topicId === topic.id && one.protocol === protocol).length,
      messages: messagesOf(policyOf(topic, protocol), protocol === 'email' && topic.roundUp !== undefined),
    }));
    const told = heard.filter(({ recipients }) => recipients > 0);
    const bounded = told.map(({ recipients, messages = 0 }) => recipients * messages);
    return {
      sum: bounded.reduce((sum, messages) => sum + messages, 0),
      unbounded: told.filter(({ messages }) => messages === undefined).map(({ id }) => id),
    };
  };
  const [email, sms] = [sent('email'), sent('sms')];
  // The month's parts may all go on one day.
  const isLimited = smsParts !== undefined && (sms.unbounded.length > 0 || sms.sum > smsParts.month);
  return {
    emails: email.sum,
    smsParts: isLimited ? smsParts.month : sms.sum,
    unbounded: { email: email.unbounded, sms: isLimited ? [] : sms.unbounded },
  };
}

function policyOf(topic: Topic, protocol: Protocol): DeliveryPolicy {
  return protocol === 'sms' ? (topic.sms ?? topic) : topic;
}

/** Returns the messages of a topic in a day; undefined where nothing bounds them. A topic with digests has no round-up. */
function messagesOf({ deliver, quiet, atMost }: DeliveryPolicy, hasRoundUp: boolean): number | undefined {
  const { hours, ends } = busiestDay(quiet);
  // A daily message of a quiet day may come on the next, beside its own.
  const daily = quiet?.hours.some(({ days }) => days) ? 2 : 1;
  if (deliver.mode === 'hourly') return hours;
  if (deliver.mode === 'daily') return daily;
  if (deliver.mode === 'weekly') return 1;
  if (!atMost) return undefined;
  const { hour = Number.POSITIVE_INFINITY, day = Number.POSITIVE_INFINITY } = atMost;
  // Alerts and follow-ups.
  const atOnce = Math.min(day, hour * hours);
  // What is over an hour's number, or a feed's part of it, is a digest of each; what is over a day's number of the file, one of
  // midnight; and what waited for quiet hours to end.
  const digests = atMost.hour === undefined ? 0 : hours;
  const hasMidnight = atMost.day !== undefined && !atMost.byDefault;
  return atOnce + digests + (hasMidnight ? 1 : 0) + ends + (hasRoundUp ? daily : 0);
}

/** How many hours of a day something can be told in, at most, and how often quiet hours end: each counts as one, too. */
function busiestDay(quiet: QuietSchedule | undefined): { readonly hours: number; readonly ends: number } {
  if (!quiet) return { hours: MAX_HOURS, ends: 0 };
  const week = quietWeek(quiet.hours);
  const days = Array.from({ length: week.length / DAY_MINUTES }, (_, n) => {
    const wasQuiet = week.at(n * DAY_MINUTES - 1) === 1;
    return spansOf(week.subarray(n * DAY_MINUTES, (n + 1) * DAY_MINUTES), wasQuiet);
  });
  return {
    hours: Math.max(...days.map(({ hours }) => hours)),
    ends: Math.max(...days.map(({ ends }) => ends)),
  };
}

function spansOf(day: Uint8Array, wasQuiet: boolean): { readonly hours: number; readonly ends: number } {
  let [full, ends, length] = [0, 0, 0];
  let before = wasQuiet;
  for (const minute of day) {
    const isQuiet = minute === 1;
    if (before && !isQuiet) ends++;
    length = isQuiet ? length + 1 : 0;
    if (length > 0 && length % 60 === 0) full++;
    before = isQuiet;
  }
  return { hours: Math.min(MAX_HOURS, MAX_HOURS - full + ends), ends };
}

/** As `check` and the synthesis of the stack tell it. */
export function describeWorstDay({ emails, smsParts, unbounded }: WorstDay): string {
  const part = (most: number, what: string, topics: readonly string[]) => {
    const number = count(most, what);
    if (topics.length === 0) return `at most ${number}`;
    const named =
      topics.length > 3
        ? `${topics.slice(0, 3).join(', ')} and ${topics.length - 3} more`
        : topics.join(', ');
    return `${number}, and without a bound those of ${named}, which tell all at once (atMost bounds it)`;
  };
  const told = [part(emails, 'email', unbounded.email), part(smsParts, 'SMS part', unbounded.sms)];
  return `on the worst day: ${told.join('; ')}`;
}
