import { RetryLater } from '../shared/errors.ts';
import type { AtMost, DeliveryPolicy, Protocol } from '../shared/model.ts';
import { ALL_PROTOCOLS } from '../shared/store/claims.ts';
import type { Limited, Places, Share } from '../shared/store/places.ts';
import { topicPartition } from '../shared/store/stories.ts';
import { afterQuiet } from './due.ts';
import { dateAt, nextDay, nextHour, startOf } from './local-time.ts';

/** Whose caps: those of a topic, which may have others for a protocol. */
export interface Capped {
  readonly topicId: string;
  readonly atMost: AtMost;
  readonly protocols: readonly Protocol[];
}

export interface Asking {
  readonly id: string;
  readonly policy: Pick<DeliveryPolicy, 'quiet' | 'atMost'>;
  readonly protocols: readonly Protocol[];
  readonly urgent?: boolean | undefined;
  /** Parts of the places that it takes its own from, as fractions of the caps; all by default. */
  readonly parts?: readonly Part[];
}

export interface Part {
  readonly of: string;
  readonly fraction: number;
}

/** When the digest is due for an alert that would be one too many at once; undefined when there is a place for it, which it has then. */
export async function overflowDue(
  places: Places,
  topicId: string,
  { id, policy, protocols, urgent = false, parts = [] }: Asking,
  now: number,
): Promise<number | undefined> {
  const { atMost } = policy;
  if (!atMost) return undefined;
  const due = await placeOrDue(places, { topicId, atMost, protocols }, { id, parts }, now);
  return due === undefined || urgent ? due : afterQuiet(policy, due);
}

/** Takes a place among the alerts that are told at once; where there is none, says when the digest is due that it becomes part of. */
async function placeOrDue(
  places: Places,
  of: Capped,
  { id, parts }: { readonly id: string; readonly parts: readonly Part[] },
  now: number,
): Promise<number | undefined> {
  const { hour, day } = windowsOf(of, now);
  // Nobody has asked for a default cap, so it must not hold news back until midnight.
  const dueAfter = (window: Limited) =>
    of.atMost.byDefault ? nextHour(now, of.atMost.timeZone) : window.until;
  // Looked at first: a day that is over must not fill the hour, nor a full hour the day.
  if (day && !(await places.isRoom(day, id, sharesOf(parts, day.limit)))) return dueAfter(day);
  for (const window of [hour, day]) {
    const taken = window && (await places.take(window, id, 1, sharesOf(parts, window.limit)));
    if (window && taken === 'full') return dueAfter(window);
    if (taken === 'busy') throw new RetryLater(`others take the places of ${of.topicId}`);
  }
  return undefined;
}

const sharesOf = (parts: readonly Part[], limit: number): Share[] =>
  parts.map(({ of, fraction }) => ({ of, limit: Math.round(limit * fraction) }));

/** Whether one of the parts that an alert takes its place from is used up, in the hour or in the day. */
export async function isBeyondShare(
  places: Places,
  topicId: string,
  { id, policy, protocols, parts = [] }: Asking,
  now: number,
): Promise<boolean> {
  const { atMost } = policy;
  if (!atMost || parts.length === 0) return false;
  const { hour, day } = windowsOf({ topicId, atMost, protocols }, now);
  for (const window of [hour, day]) {
    if (!window) continue;
    const withoutLimit = { ...window, limit: Number.POSITIVE_INFINITY };
    if (!(await places.isRoom(withoutLimit, id, sharesOf(parts, window.limit)))) return true;
  }
  return false;
}

/** The hour and the day that it is, by the clocks of the topic, each named by its end. */
export function windowsOf(
  { topicId, atMost, protocols }: Capped,
  now: number,
): { readonly hour: Limited | undefined; readonly day: Limited | undefined } {
  const { timeZone } = atMost;
  const whose = protocols.length === ALL_PROTOCOLS.length ? '' : `${protocols.join()}#`;
  const window = (name: 'hour' | 'day', until: () => number): Limited | undefined => {
    const limit = atMost[name];
    if (limit === undefined) return undefined;
    const end = until();
    return {
      pk: topicPartition(topicId),
      sk: `SENT#${whose}${name}#${new Date(end).toISOString()}`,
      limit,
      until: end,
    };
  };
  return {
    hour: window('hour', () => nextHour(now, timeZone)),
    day: window('day', () => startOf(nextDay(dateAt(now, timeZone)), timeZone)),
  };
}
