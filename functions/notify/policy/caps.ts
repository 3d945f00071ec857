import { RetryLater } from '../../shared/errors.ts';
import type { AlertCaps, DeliveryPolicy, Protocol } from '../../shared/model.ts';
import { ALL_PROTOCOLS } from '../../shared/store/protocol-attributes.ts';
import type { QuotaShare, Quotas, QuotaWindow } from '../../shared/store/quotas.ts';
import { topicPartition } from '../../shared/store/stories.ts';
import { afterQuietHours } from './delivery-due.ts';
import { localDateAt, nextDay, nextHour, startOfDay } from './local-time.ts';

/** Whose caps: those of a topic, which may have others for a protocol. */
export interface CapScope {
  readonly topicId: string;
  readonly atMost: AlertCaps;
  readonly protocols: readonly Protocol[];
}

export interface CapRequest {
  readonly id: string;
  readonly policy: Pick<DeliveryPolicy, 'quiet' | 'atMost'>;
  readonly protocols: readonly Protocol[];
  readonly urgent?: boolean | undefined;
  /** Parts of the places that it takes its own from, as fractions of the caps; all by default. */
  readonly shares?: readonly CapShare[];
}

export interface CapShare {
  readonly of: string;
  readonly fraction: number;
}

/** When the digest is due for an alert that would be one too many at once; undefined when there is a place for it, which it has then. */
export async function reserveOrOverflowDue(
  places: Quotas,
  topicId: string,
  { id, policy, protocols, urgent = false, shares = [] }: CapRequest,
  now: number,
): Promise<number | undefined> {
  const { atMost } = policy;
  if (!atMost) return undefined;
  const due = await reserveWithinCaps(places, { topicId, atMost, protocols }, { id, parts: shares }, now);
  return due === undefined || urgent ? due : afterQuietHours(policy, due);
}

/** Takes a place among the alerts that are told at once; where there is none, says when the digest is due that it becomes part of. */
async function reserveWithinCaps(
  places: Quotas,
  of: CapScope,
  { id, parts }: { readonly id: string; readonly parts: readonly CapShare[] },
  now: number,
): Promise<number | undefined> {
  const { hour, day } = quotaWindowsOf(of, now);
  // Nobody has asked for a default cap, so it must not hold news back until midnight.
  const dueAfter = (window: QuotaWindow) =>
    of.atMost.byDefault ? nextHour(now, of.atMost.timeZone) : window.until;
  // Looked at first: a day that is over must not fill the hour, nor a full hour the day.
  if (day && !(await places.hasRoom(day, id, quotaSharesOf(parts, day.limit)))) return dueAfter(day);
  for (const window of [hour, day]) {
    const taken = window && (await places.reserve(window, id, 1, quotaSharesOf(parts, window.limit)));
    if (window && taken === 'full') return dueAfter(window);
    if (taken === 'busy') throw new RetryLater(`others take the places of ${of.topicId}`);
  }
  return undefined;
}

const quotaSharesOf = (parts: readonly CapShare[], limit: number): QuotaShare[] =>
  parts.map(({ of, fraction }) => ({ of, limit: Math.round(limit * fraction) }));

/** Whether one of the parts that an alert takes its place from is used up, in the hour or in the day. */
export async function isBeyondShare(
  places: Quotas,
  topicId: string,
  { id, policy, protocols, shares = [] }: CapRequest,
  now: number,
): Promise<boolean> {
  const { atMost } = policy;
  if (!atMost || shares.length === 0) return false;
  const { hour, day } = quotaWindowsOf({ topicId, atMost, protocols }, now);
  for (const window of [hour, day]) {
    if (!window) continue;
    const withoutLimit = { ...window, limit: Number.POSITIVE_INFINITY };
    if (!(await places.hasRoom(withoutLimit, id, quotaSharesOf(shares, window.limit)))) return true;
  }
  return false;
}

/** The hour and the day that it is, by the clocks of the topic, each named by its end. */
export function quotaWindowsOf(
  { topicId, atMost, protocols }: CapScope,
  now: number,
): { readonly hour: QuotaWindow | undefined; readonly day: QuotaWindow | undefined } {
  const { timeZone } = atMost;
  const whose = protocols.length === ALL_PROTOCOLS.length ? '' : `${protocols.join()}#`;
  const window = (name: 'hour' | 'day', until: () => number): QuotaWindow | undefined => {
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
    day: window('day', () => startOfDay(nextDay(localDateAt(now, timeZone)), timeZone)),
  };
}
