import { RetryLater } from '../../shared/errors.ts';
import { localDateAt, nextDay, nextHour, startOfDay } from '../../shared/local-time.ts';
import type { AlertCaps, DeliveryPolicy, Protocol } from '../../shared/model.ts';
import { protocolKey } from '../../shared/store/protocol-attributes.ts';
import { type QuotaShare, type Quotas, type QuotaWindow, topicWindow } from '../../shared/store/quotas.ts';
import { afterQuietHours } from './delivery-due.ts';

/** The caps of a topic, or of one protocol of it. */
export interface CapScope {
  readonly topicId: string;
  readonly atMost: AlertCaps;
  readonly protocols: readonly Protocol[];
}

/** An alert that asks for a place within the caps. */
export interface CapRequest {
  readonly id: string;
  readonly policy: Pick<DeliveryPolicy, 'quiet' | 'atMost'>;
  readonly protocols: readonly Protocol[];
  readonly urgent?: boolean | undefined;
  /** Shares of the caps that the alert's place counts towards; none by default. */
  readonly shares?: readonly CapShare[];
}

/** The largest part of the caps that a group of alerts may use, such as those of one feed. */
export interface CapShare {
  /** Names the group. */
  readonly of: string;
  readonly fraction: number;
}

/**
 * Reserves a place for an alert within its caps. Returns undefined if the alert gets a place, or else the due time of the
 * digest that the alert joins, ms. Throws `RetryLater` if other workers keep taking places.
 */
export async function reserveOrOverflowDue(
  quotas: Quotas,
  topicId: string,
  { id, policy, protocols, urgent = false, shares = [] }: CapRequest,
  now: number,
): Promise<number | undefined> {
  const { atMost } = policy;
  if (!atMost) return undefined;
  const due = await reserveWithinCaps(quotas, { topicId, atMost, protocols }, { id, shares }, now);
  return due === undefined || urgent ? due : afterQuietHours(policy, due);
}

/** Reserves a place in the hour and the day. Returns the due time of the overflow digest, ms, if either is full. */
async function reserveWithinCaps(
  quotas: Quotas,
  scope: CapScope,
  { id, shares }: { readonly id: string; readonly shares: readonly CapShare[] },
  now: number,
): Promise<number | undefined> {
  const { hour, day } = quotaWindowsOf(scope, now);
  // The user has not asked for a default cap, so it must not hold news back until midnight.
  const dueAfter = (window: QuotaWindow) =>
    scope.atMost.byDefault ? nextHour(now, scope.atMost.timeZone) : window.until;
  // Check the day first: a full day must not use up the hour, nor a full hour the day.
  if (day && !(await quotas.hasRoom(day, id, quotaSharesOf(shares, day.limit)))) return dueAfter(day);
  for (const window of [hour, day]) {
    const taken = window && (await quotas.reserve(window, id, 1, quotaSharesOf(shares, window.limit)));
    if (window && taken === 'full') return dueAfter(window);
    if (taken === 'busy') throw new RetryLater(`other workers keep taking places of topic ${scope.topicId}`);
  }
  return undefined;
}

const quotaSharesOf = (shares: readonly CapShare[], limit: number): QuotaShare[] =>
  shares.map(({ of, fraction }) => ({ of, limit: Math.round(limit * fraction) }));

/** Returns whether one of an alert's shares of the caps is used up, in the hour or in the day. */
export async function isBeyondShare(
  quotas: Quotas,
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
    if (!(await quotas.hasRoom(withoutLimit, id, quotaSharesOf(shares, window.limit)))) return true;
  }
  return false;
}

/** Returns the current hour and day in the topic's time zone; each is undefined if it has no cap. Stored under `SENT#`. */
export function quotaWindowsOf(
  { topicId, atMost, protocols }: CapScope,
  now: number,
): { readonly hour: QuotaWindow | undefined; readonly day: QuotaWindow | undefined } {
  const { timeZone } = atMost;
  const prefix = ['SENT', ...protocolKey(protocols), ''].join('#');
  const window = (name: 'hour' | 'day', until: () => number): QuotaWindow | undefined => {
    const limit = atMost[name];
    return limit === undefined ? undefined : topicWindow(topicId, `${prefix}${name}`, limit, until());
  };
  return {
    hour: window('hour', () => nextHour(now, timeZone)),
    day: window('day', () => startOfDay(nextDay(localDateAt(now, timeZone)), timeZone)),
  };
}
