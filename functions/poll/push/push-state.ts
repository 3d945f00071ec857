import { hash64 } from '../../shared/hash.ts';
import { MAX_LEASE_MS } from '../../shared/messages.ts';
import { isLoopbackHost } from '../../shared/special-address.ts';
import type { FeedState, PushState } from '../../shared/store/feed-states.ts';
import type { Document } from '../fetch/fetch.ts';
import type { FeedAddress } from '../fetch/plain-address.ts';
import { MAX_URL } from '../parser/fields/web-url.ts';
import type { FeedDocument } from '../parser/parse.ts';

const HOUR_MS = 3_600_000;
const MAX_RETRY_MS = 24 * HOUR_MS;

/** Returns whether to ask the hub for a subscription, or for its renewal. */
export function isSubscriptionDue({ push }: FeedState, now: number): boolean {
  if (!push) return false;
  const { renewAt = 0, requestedAt, attempts = 0 } = push;
  if (hasLease(push, now) && renewAt > now) return false;
  // A later time means that our clock was set back.
  if (requestedAt === undefined || requestedAt > now) return true;
  return now - requestedAt >= Math.min(HOUR_MS * 2 ** Math.min(attempts - 1, 10), MAX_RETRY_MS);
}

/** Returns whether the hub has confirmed the subscription for now. A longer lease means that our clock was set back. */
function hasLease({ leaseEnds = 0 }: PushState, now: number): boolean {
  return leaseEnds > now && leaseEnds - now <= MAX_LEASE_MS + HOUR_MS;
}

/** Returns the mark of an address that hubs call. */
export const markOfCallback = (callbackUrl: string): string => hash64('callback', callbackUrl);

/**
 * Returns the state with the subscription that holds at an address which hubs call: none if there is no such address, and only
 * what is known of the hub if it was asked to call another address.
 */
export function withCallback({ push, ...state }: FeedState, callbackUrl: string | undefined): FeedState {
  if (!push || callbackUrl === undefined) return state;
  const { hub, topic, exact, missed, callback } = push;
  if (callback === undefined || callback === markOfCallback(callbackUrl)) return { ...state, push };
  const known = { ...(exact ? { exact } : {}), ...(missed === undefined ? {} : { missed }) };
  return { ...state, push: { hub, topic, ...known } };
}

/** With every miss, the hub must push this many times more before it is trusted again. */
const PUSHES_PER_MISS = 8;

/** Returns whether a hub pushes the feed's news, so that polls only check on the hub. */
export function isPushed({ push }: FeedState, now: number): boolean {
  return push !== undefined && hasLease(push, now) && isTrusted(push);
}

const isTrusted = ({ complete = 0, missed = 0 }: PushState) => complete > missed * PUSHES_PER_MISS;

/** A hub may push this long after the feed has changed. */
const MAX_PUSH_DELAY_MS = 5 * 60_000;
/** Older dates are seldom those of publication. */
const MAX_DELAY_MS = 24 * HOUR_MS;

/**
 * Returns the subscription after a poll that found news, which the hub should have pushed. `dates`: those of the news, ms; NaN
 * for none.
 */
export function afterPoll(push: PushState, dates: readonly number[], now: number): PushState {
  if (!hasLease(push, now)) return push;
  // Polls are rare while the hub is trusted, so news of unknown age is probably older than a push may be.
  const isUnknown = (date: number) =>
    !(Math.abs(now - date) < MAX_DELAY_MS) || date > now + MAX_PUSH_DELAY_MS;
  const isMissed = dates.some((date) => isLate(date, now) || (isTrusted(push) && isUnknown(date)));
  return isMissed ? afterMiss(push) : push;
}

/** Returns the subscription after a push that brought news, or made a poll find it. A late one delays alerts like none. */
export function afterPush(push: PushState, dates: readonly number[], now: number): PushState {
  if (dates.some((date) => isLate(date, now))) return afterMiss(push);
  return { ...push, complete: (push.complete ?? 0) + 1 };
}

const isLate = (date: number, now: number) => now - date > MAX_PUSH_DELAY_MS && now - date < MAX_DELAY_MS;

const afterMiss = (push: PushState) => ({ ...push, complete: 0, missed: (push.missed ?? 0) + 1 });

/** Returns the subscription after a document: the one there was, if the document still names its hub. */
export function nextPushState(
  before: PushState | undefined,
  { push }: FeedDocument,
  fetched: Document,
  own: FeedAddress,
): PushState | undefined {
  if (!push) return undefined;
  const topic = push.topic ?? fetched.url;
  const hub = push.hubs
    .map((address) => usableHub(address, own.url))
    .find((address) => address !== undefined);
  // A hub must not learn the secrets of an address.
  if (!hub || topic.length > MAX_URL || own.stored(topic) !== topic) return undefined;
  const isExact = [fetched.url, own.url].some((address) => isSameResource(topic, address));
  const exact = isExact ? { exact: true as const } : {};
  if (before?.hub === hub && before.topic === topic) {
    const { exact: wasExact = false, ...kept } = before;
    return wasExact === isExact ? before : { ...kept, ...exact };
  }
  // Some feeds name another address in every document, and each would be a subscription at once.
  const { requestedAt, attempts, missed } = before ?? {};
  return {
    hub,
    topic,
    ...exact,
    ...(requestedAt === undefined ? {} : { requestedAt }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(missed === undefined ? {} : { missed }),
  };
}

/** Returns a hub's address for requests, which have a secret: with https, or on this machine if the feed is there too. */
function usableHub(address: string, feedUrl: string): string | undefined {
  const hub = URL.parse(address);
  const feed = URL.parse(feedUrl);
  if (!hub || address.length > MAX_URL) return undefined;
  if (hub.protocol === 'http:' && !(isLoopbackHost(hub.hostname) && isLoopbackHost(feed?.hostname ?? '')))
    hub.protocol = 'https:';
  return hub.href;
}

/** Ignores what seldom makes a difference: the protocol, "www." and a slash at the end. */
function isSameResource(one: string, other: string): boolean {
  const name = (address: string) => {
    const { host, pathname, search } = new URL(address);
    return `${host.replace(/^www\./, '')}${pathname.replace(/\/$/, '')}${search}`;
  };
  return name(one) === name(other);
}
