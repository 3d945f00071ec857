import type { Feed } from '../../functions/shared/model.ts';
import { redactAddress, redactAddresses } from '../../functions/shared/redact-address.ts';
import type { FeedState } from '../../functions/shared/store/feed-states.ts';
import type { FeedStatus } from '../../local/feed-status.ts';

/**
 * Returns what a feed's stored state says about its polls. Polls that find nothing store nothing, so the time is that of the
 * last new item or of the first failure, not that of the last poll.
 */
export function feedStatusOf(feed: Feed, state: Omit<FeedState, 'seen'>): FeedStatus {
  const { id, title, url, untitled } = feed;
  const { failures, failingSince, heardAt } = state;
  const since =
    failures > 0 ? failingSince : heardAt === undefined ? undefined : new Date(heardAt).toISOString();
  return {
    id,
    title: untitled ? (state.title ?? title) : title,
    url: redactAddress(url),
    lastOutcome: outcomeOf(feed, state),
    lastAt: since ?? null,
    failures,
  };
}

function outcomeOf({ url }: Feed, state: Omit<FeedState, 'seen'>): string | null {
  const { version, failures, failingSince, lastFailure, gone, ended, heardAt } = state;
  if (version === 0) return null;
  if (gone !== undefined && redactAddress(gone) === redactAddress(url))
    return 'gone for good; no longer polled';
  if (failures > 0) {
    const reason = redactAddresses(lastFailure ?? 'the reason is unknown');
    const times = failures > 1 ? `, ${failures} times in a row` : '';
    return `${failingSince === undefined ? 'failing' : 'failing since then'}${times}: ${reason}`;
  }
  if (ended !== undefined) return 'live page has ended; no longer polled';
  return heardAt === undefined ? 'answers; nothing new so far' : 'last new item';
}
