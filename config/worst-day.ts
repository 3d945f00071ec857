import type {
  DeliveryPolicy,
  PipelineConfig,
  Protocol,
  QuietSchedule,
  Subscription,
} from '../functions/shared/model.ts';
import {
  ALL_PROTOCOLS,
  byProtocol,
  followsTopicPolicy,
  PROTOCOLS,
  policyFor,
} from '../functions/shared/protocols.ts';
import { count } from '../functions/shared/text/count.ts';
import { DAY_MINUTES, quietWeek } from './week.ts';

/** The maximum number of messages on one day, by protocol. */
export type WorstDay = Readonly<Record<Protocol, WorstOfProtocol>>;

interface WorstOfProtocol {
  /** Without the topics in `unbounded`. */
  readonly messages: number;
  /** Ids of the topics that have recipients and no limit. */
  readonly unbounded: readonly string[];
}

/** The day on which clocks go back has 25 hours. */
const MAX_HOURS = 25;

/**
 * Calculates the worst day from the configuration. A digest of more than a hundred entries is several messages, but counts
 * as one.
 */
export function worstDay(
  { topics, smsParts }: Pick<PipelineConfig, 'topics' | 'smsParts'>,
  subscriptions: readonly Subscription[],
): WorstDay {
  const worstOf = (protocol: Protocol): WorstOfProtocol => {
    const received = topics
      .map((topic) => ({
        id: topic.id,
        recipients: subscriptions.filter(
          (subscription) => subscription.topicId === topic.id && subscription.protocol === protocol,
        ).length,
        messages: messagesOf(
          policyFor(topic, protocol),
          followsTopicPolicy([protocol]) && topic.roundUp !== undefined,
        ),
      }))
      .filter(({ recipients }) => recipients > 0);
    return {
      messages: received.reduce((sum, { recipients, messages = 0 }) => sum + recipients * messages, 0),
      unbounded: received.filter(({ messages }) => messages === undefined).map(({ id }) => id),
    };
  };
  const worst = byProtocol(worstOf);
  const { messages, unbounded } = worst.sms;
  // All SMS parts of the month may be sent on one day.
  const isLimited = smsParts !== undefined && (unbounded.length > 0 || messages > smsParts.month);
  return isLimited ? { ...worst, sms: { messages: smsParts.month, unbounded: [] } } : worst;
}

/**
 * Returns the maximum number of a topic's messages on a day; undefined without a limit. A topic with digests has no
 * round-up.
 */
function messagesOf({ deliver, quiet, atMost }: DeliveryPolicy, hasRoundUp: boolean): number | undefined {
  const { hours, ends } = busiestDay(quiet);
  // The message of a quiet day may be sent on the next day, in addition to that day's own.
  const daily = quiet?.hours.some(({ days }) => days) ? 2 : 1;
  if (deliver.mode === 'hourly') return hours;
  if (deliver.mode === 'daily') return daily;
  if (deliver.mode === 'weekly') return 1;
  if (!atMost) return undefined;
  const { hour = Number.POSITIVE_INFINITY, day = Number.POSITIVE_INFINITY } = atMost;
  // Alerts and follow-ups.
  const atOnce = Math.min(day, hour * hours);
  // Alerts beyond the cap of an hour, or beyond a feed's part of it, are a digest of that hour. Alerts beyond a configured
  // cap of a day are a digest at midnight. Alerts that wait for the end of quiet hours are a digest, too.
  const digests = atMost.hour === undefined ? 0 : hours;
  const hasMidnight = atMost.day !== undefined && !atMost.byDefault;
  return atOnce + digests + (hasMidnight ? 1 : 0) + ends + (hasRoundUp ? daily : 0);
}

/**
 * Returns the maximum number of hours of a day in which messages can be sent, and the maximum number of ends of quiet hours.
 */
function busiestDay(quiet: QuietSchedule | undefined): { readonly hours: number; readonly ends: number } {
  if (!quiet) return { hours: MAX_HOURS, ends: 0 };
  const week = quietWeek(quiet.hours);
  const days = Array.from({ length: week.length / DAY_MINUTES }, (_, n) => {
    const wasQuiet = week.at(n * DAY_MINUTES - 1) === 1;
    return hoursAndEnds(week.subarray(n * DAY_MINUTES, (n + 1) * DAY_MINUTES), wasQuiet);
  });
  return {
    hours: Math.max(...days.map(({ hours }) => hours)),
    ends: Math.max(...days.map(({ ends }) => ends)),
  };
}

/**
 * Returns the hours and the ends of quiet hours for one day. `wasQuiet` says whether the minute before the day is quiet.
 */
function hoursAndEnds(day: Uint8Array, wasQuiet: boolean): { readonly hours: number; readonly ends: number } {
  let [quietHours, ends, quietMinutes] = [0, 0, 0];
  let isPreviousQuiet = wasQuiet;
  for (const minute of day) {
    const isQuiet = minute === 1;
    if (isPreviousQuiet && !isQuiet) ends++;
    quietMinutes = isQuiet ? quietMinutes + 1 : 0;
    if (quietMinutes > 0 && quietMinutes % 60 === 0) quietHours++;
    isPreviousQuiet = isQuiet;
  }
  return { hours: Math.min(MAX_HOURS, MAX_HOURS - quietHours + ends), ends };
}

/** Describes the worst day in one line, for `check` and for the synthesis of the stack. */
export function describeWorstDay(worst: WorstDay): string {
  const describe = ({ messages, unbounded: topics }: WorstOfProtocol, noun: string) => {
    const number = count(messages, noun);
    if (topics.length === 0) return `at most ${number}`;
    const names =
      topics.length > 3
        ? `${topics.slice(0, 3).join(', ')} and ${topics.length - 3} more`
        : topics.join(', ');
    return `${number}, plus an unlimited number for ${names} (set atMost to limit them)`;
  };
  const parts = ALL_PROTOCOLS.map((protocol) => describe(worst[protocol], PROTOCOLS[protocol].noun));
  return `on the worst day: ${parts.join('; ')}`;
}
