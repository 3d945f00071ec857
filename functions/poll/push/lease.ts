import type { PushedLease } from '../../shared/messages.ts';
import type { PushState } from '../../shared/store/feed-states.ts';

/** A lease is renewed after this share of its time. */
const RENEWED_AT = 0.75;

/** Returns the subscription after its hub has confirmed it; undefined if the hub has confirmed a former one. */
export function withLease(
  push: PushState | undefined,
  { topic, lease }: PushedLease,
  now: number,
): PushState | undefined {
  if (push?.topic !== topic) return undefined;
  const { attempts: _attempts, ...kept } = push;
  return { ...kept, leaseEnds: now + lease, renewAt: Math.round(now + lease * RENEWED_AT) };
}

/** Returns the subscription after its hub has refused or ended it. The hub is asked again after the longest wait. */
export function withoutLease(push: PushState | undefined): PushState | undefined {
  if (!push) return undefined;
  const { leaseEnds: _leaseEnds, renewAt: _renewAt, ...kept } = push;
  return { ...kept, attempts: DENIED_ATTEMPTS };
}

const DENIED_ATTEMPTS = 10;
