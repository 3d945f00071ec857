import type { Clock, Feed } from '../../shared/model.ts';
import type { FeedState, FeedStates, PushState } from '../../shared/store/feed-states.ts';
import type { FeedAddress } from '../fetch/plain-address.ts';
import type { Pushing } from './pushing.ts';

export interface SubscribeDeps {
  readonly clock: Clock;
  readonly feedStates: FeedStates;
  readonly config: { readonly userAgent?: string };
}

/** Ten days, as W3C's WebSub recommends. */
const LEASE_SECONDS = 864_000;

/**
 * Asks the feed's hub for a subscription, or for its renewal. Returns the feed's state afterwards: the hub may call back before
 * it answers, and its call may be processed first.
 */
export async function subscribe(
  { clock, feedStates, config }: SubscribeDeps,
  { callbackUrl, subscriptions, askHub, randomHex }: Pushing,
  feed: Feed,
  own: FeedAddress,
  { push, ...state }: FeedState & { readonly push: PushState },
): Promise<FeedState> {
  const { hub, topic, attempts = 0 } = push;
  const known = await subscriptions.get(feed.id);
  const subscription =
    known?.hub === hub && known.topic === topic
      ? known
      : { hub, topic, token: randomHex(16), secret: randomHex(32) };
  await subscriptions.put(feed.id, subscription, clock());
  const form = new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.topic': topic,
    'hub.callback': `${callbackUrl}${encodeURIComponent(feed.id)}/${subscription.token}`,
    'hub.lease_seconds': String(LEASE_SECONDS),
    'hub.secret': subscription.secret,
  });
  await askHub({ hub, feedUrl: own.url, form, userAgent: feed.userAgent ?? config.userAgent });
  const { earlier: _earlier, ...next } = {
    ...state,
    push: { ...push, requestedAt: clock(), attempts: attempts + 1 },
  };
  const committed = await feedStates.commit(feed.id, state, next);
  return committed ? { ...next, version: state.version + 1 } : feedStates.get(feed.id);
}
