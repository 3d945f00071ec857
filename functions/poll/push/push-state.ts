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
  const { leaseEnds = 0, renewAt = 0, requestedAt, attempts = 0 } = push;
  if (leaseEnds > now && renewAt > now) return false;
  if (requestedAt === undefined) return true;
  return now - requestedAt >= Math.min(HOUR_MS * 2 ** Math.min(attempts - 1, 10), MAX_RETRY_MS);
}

/** With every miss, the hub must push this many times more before it is trusted again. */
const PUSHES_PER_MISS = 8;

/** Returns whether a hub pushes the feed's news, so that polls only check on the hub. */
export function isPushed({ push }: FeedState, now: number): boolean {
  const { leaseEnds = 0, complete = 0, missed = 0 } = push ?? {};
  return leaseEnds > now && complete > missed * PUSHES_PER_MISS;
}

/** A hub may push this long after the feed has changed. */
const MAX_PUSH_DELAY_MS = 5 * 60_000;

/**
 * Returns the subscription after a poll that found news. `publishedAt`: when the news was published, ms. `isHint`: the poll
 * was made because of a push.
 */
export function afterNews(
  push: PushState,
  publishedAt: readonly number[],
  now: number,
  isHint: boolean,
): PushState {
  if (isHint) return afterPush(push);
  const { leaseEnds = 0, missed = 0 } = push;
  const isLate = publishedAt.some((time) => now - time > MAX_PUSH_DELAY_MS);
  return isLate && leaseEnds > now ? { ...push, complete: 0, missed: missed + 1 } : push;
}

/** Returns the subscription after a push. */
export function afterPush(push: PushState): PushState {
  return { ...push, complete: (push.complete ?? 0) + 1 };
}

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
  if (before?.hub === hub && before.topic === topic) return before;
  const exact = [fetched.url, own.url].some((address) => isSameResource(topic, address));
  return { hub, topic, ...(exact ? { exact: true } : {}) };
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
