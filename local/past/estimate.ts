import type { Protocol, Topic } from '../../functions/shared/model.ts';
import { ALL_PROTOCOLS, byProtocol } from '../../functions/shared/protocols.ts';
import type { PastStory } from './group-stories.ts';
import type { Past } from './past.ts';
import { type DeliveredItem, simulateMessages } from './simulate-policy.ts';

const DAY_MS = 86_400_000;
/** Length of the month of an estimate. */
export const MONTH_DAYS = 30;

/** The messages that one subscriber to a topic would have received. */
export interface Estimate {
  /** Time on which the estimate is based, ms. */
  readonly historyMs: number;
  /** Messages to expect in a month, by protocol, rounded. Every SMS has one part. Absent if the history is too short. */
  readonly month?: Readonly<Record<Protocol, number>>;
  /** Messages within the history, by protocol. */
  readonly messages: Readonly<Record<Protocol, number>>;
  /** The most messages of one protocol on a day, and the day. */
  readonly busiest: { readonly day: string; readonly messages: number };
}

/** Returns a function that returns the day of a time, ms, in a zone, such as "2026-03-01". */
export function dayIn(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (time) => format.format(time);
}

/** Returns the shortest history to estimate from, ms: a week for weekly digests, otherwise a day. */
export function minHistoryMs({ deliver, sms }: Pick<Topic, 'deliver' | 'sms'>): number {
  return [deliver.mode, sms?.deliver.mode].includes('weekly') ? 7 * DAY_MS : DAY_MS;
}

/**
 * Returns what one subscriber would have received of some stories if the topic's policy had applied. Edits of items do not
 * count, since only the last text of an item is stored.
 */
export async function estimateOf(
  topic: Topic,
  stories: readonly PastStory[],
  { from, to }: Past,
  timeZone: string,
): Promise<Estimate> {
  const delivered = stories.flatMap(({ id: storyId, items }) =>
    items.flatMap(({ role, urgent, item: { id, at } }): DeliveredItem[] =>
      role === 'copy' || at < from ? [] : [{ id, role, storyId, at, urgent }],
    ),
  );
  const byId = new Map(stories.map((story) => [story.id, story]));
  const times = await simulateMessages(
    topic,
    delivered.sort((a, b) => a.at - b.at),
    (id) => {
      const story = byId.get(id);
      return story && { openedAt: new Date(story.openedAt).toISOString(), outlets: story.outlets };
    },
    to,
  );
  const historyMs = to - from;
  const scale = (MONTH_DAYS * DAY_MS) / historyMs;
  return {
    historyMs,
    ...(historyMs < minHistoryMs(topic)
      ? {}
      : { month: byProtocol((protocol) => Math.round(times[protocol].length * scale)) }),
    messages: byProtocol((protocol) => times[protocol].length),
    busiest: busiestDay(times, dayIn(timeZone)),
  };
}

function busiestDay(
  times: Readonly<Record<Protocol, readonly number[]>>,
  dayOf: (time: number) => string,
): Estimate['busiest'] {
  let busiest = { day: '', messages: 0 };
  for (const protocol of ALL_PROTOCOLS) {
    for (const [day, all] of Map.groupBy(times[protocol], dayOf))
      if (all.length > busiest.messages) busiest = { day, messages: all.length };
  }
  return busiest;
}
