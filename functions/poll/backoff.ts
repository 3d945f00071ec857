import { hash64 } from '../shared/hash.ts';
import type { Feed } from '../shared/model.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import type { Failure } from './fetch/fetch.ts';
import type { FeedAddress } from './fetch/plain-address.ts';

/** UTF-16 units. Failures are shown on one line. */
const MAX_FAILURE_LENGTH = 500;
const MAX_BACKOFF_MS = 6 * 3_600_000;
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
/** Maximum share of a wait that is added to it, so that feeds that fail together are not retried together. */
const JITTER = 0.25;

/** Returns the minimum wait after this many failed polls in a row, ms. */
export function backoffMs(every: number, failures: number): number {
  // After the first failure, the feed's usual interval is enough.
  return failures <= 1 ? 0 : Math.min(every * 2 ** Math.min(failures - 1, 20), MAX_BACKOFF_MS);
}

export function isHeldBack({ notBefore = 0 }: FeedState, now: number): boolean {
  const wait = notBefore - now;
  // A longer wait means that our clock was set back.
  return wait > 0 && wait <= MAX_RETRY_AFTER_MS;
}

/**
 * Returns the state of a feed after a failed poll. Keeps validators and seen set, lengthens the wait, and drops a move, since
 * the new address may be the problem.
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

/** Drops the failures of a former address, so that they do not hold back a new one. */
export function withFailuresOf(own: FeedAddress, state: FeedState): FeedState {
  const { failingAt } = state;
  return failingAt === undefined || own.isMarked(failingAt) ? state : withoutFailures(state);
}

/** Returns a state without failures. */
export function withoutFailures({
  lastFailure: _lastFailure,
  notBefore: _notBefore,
  failingSince: _failingSince,
  failingAt: _failingAt,
  ...state
}: FeedState): FeedState {
  return { ...state, failures: 0 };
}
