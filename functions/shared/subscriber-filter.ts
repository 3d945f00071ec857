import type { Contact } from './model.ts';
import { DAILY_VALUE, PROTOCOLS_ATTRIBUTE, STORY_ATTRIBUTE } from './pipeline.ts';
import type { EmailReaders, FilterPolicy } from './ports.ts';
import type { Subscriber } from './store/subscribers.ts';
import { subscriberId } from './subscriber-id.ts';

/** The choices of a subscriber who wants to get less. */
export interface SubscriberChoice {
  readonly isPaused?: boolean;
  /** Ids of the stories of which the subscriber wants nothing more. */
  readonly mutedStories?: readonly string[];
  /** By email, what of it: each message by default, the one of each day, or both. */
  readonly emails?: EmailReaders;
}

/** Returns what is left out of a person's messages at a time. */
export function choiceOf(
  subscriber: Pick<Subscriber, 'pausedUntil' | 'muted' | 'daily' | 'dailyUntil'> | undefined,
  now: number,
): Required<SubscriberChoice> {
  const isAhead = (time: string) => Date.parse(time) > now;
  return {
    isPaused: subscriber?.pausedUntil !== undefined && isAhead(subscriber.pausedUntil),
    mutedStories: (subscriber?.muted ?? [])
      .filter(({ until }) => isAhead(until))
      .map(({ storyId }) => storyId),
    emails: emailsOf(subscriber),
  };
}

function emailsOf(subscriber: Pick<Subscriber, 'daily' | 'dailyUntil'> | undefined): EmailReaders {
  if (subscriber?.daily) return 'daily';
  return subscriber?.dailyUntil === undefined ? 'at once' : 'all';
}

/**
 * Returns the filter policy of a subscription. It accepts publishes for its own protocol, and messages for this person
 * alone. A publish may be for only some of the protocols, since a message may be repeated for one of them only.
 */
export function subscriberFilter(
  contact: Contact,
  { isPaused = false, mutedStories = [], emails = 'at once' }: SubscriberChoice = {},
): FilterPolicy {
  const isDaily = contact.protocol === 'email' && emails !== 'at once';
  const values = isDaily
    ? [...(emails === 'all' ? [contact.protocol] : []), DAILY_VALUE]
    : [contact.protocol];
  return {
    [PROTOCOLS_ATTRIBUTE]: [...(isPaused ? [] : values), personalValue(subscriberId(contact))],
    ...(mutedStories.length > 0
      ? { [STORY_ATTRIBUTE]: [{ exists: false }, { 'anything-but': mutedStories }] }
      : {}),
  };
}

/** Returns the value of the attribute `protocols` that only one person's subscriptions accept. */
export const personalValue = (id: string): string => `to-${id}`;
