import { hash64 } from '../shared/hash.ts';
import type { Feed } from '../shared/model.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import type { Failure } from './fetch/fetch.ts';
import type { FeedAddress } from './fetch/plain-address.ts';

/** UTF-16 units; it is shown in one line. */
const MAX_FAILURE_LENGTH = 500;
const MAX_BACKOFF_MS = 6 * 3_600_000;
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
/** Share of a wait by which it may be longer: feeds that fail together must not come back together. */
const JITTER = 0.25;

/** How long a feed with this many failed polls in a row is left alone at least, ms. */
export function backoffMs(every: number, failures: number): number {
  // The first failure waits for the feed's next turn anyway.
  return failures <= 1 ? 0 : Math.min(every * 2 ** Math.min(failures - 1, 20), MAX_BACKOFF_MS);
}

export function isHeldBack({ notBefore = 0 }: FeedState, now: number): boolean {
  const wait = notBefore - now;
  // A longer one was noted under a clock that has been set back since.
  return wait > 0 && wait <= MAX_RETRY_AFTER_MS;
}

/**
 * The state of a feed after a failed poll. It touches neither validators nor seen set; the feed is asked ever less often
 * until it recovers, and under its own address: the one that it has moved to may be what is wrong.
 */
export function afterFailure(
  feed: Feed,
  own: FeedAddress,
  { moved: _moved, ...state }: FeedState,
  failure: Failure,
  now: number,
): FeedState {
  const failures = state.failures + 1;
  const asked = Math.min((failure.retryAt ?? now) - now, MAX_RETRY_AFTER_MS);
  const wait = backoffMs(feed.every, failures);
  const chance = Number.parseInt(hash64(feed.id, String(failures)).slice(0, 4), 16) / 0xffff;
  return {
    ...state,
    failures,
    failingSince: state.failingSince ?? new Date(now).toISOString(),
    failingAt: own.mark(),
    lastFailure: `${failure.kind}: ${failure.detail}`.slice(0, MAX_FAILURE_LENGTH).toWellFormed(),
    notBefore: now + Math.max(asked, Math.round(wait * (1 + JITTER * chance))),
  };
}

/** A feed that has been given another address is not held back by the failures of the one before. */
export function withFailuresOf(own: FeedAddress, state: FeedState): FeedState {
  const { failingAt } = state;
  return failingAt === undefined || own.isMarked(failingAt) ? state : withoutFailures(state);
}

/** … and after one that did not fail. */
export function withoutFailures({
  lastFailure: _lastFailure,
  notBefore: _notBefore,
  failingSince: _failingSince,
  failingAt: _failingAt,
  ...state
}: FeedState): FeedState {
  return { ...state, failures: 0 };
}
