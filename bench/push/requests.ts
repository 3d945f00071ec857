import { intervalDoublings } from '../../functions/poll/interval.ts';
import { packHours, recordHours, unpackHours } from '../../functions/poll/publishing-hours.ts';
import { afterPoll, afterPush } from '../../functions/poll/push/push-state.ts';
import { recordActivity } from '../../functions/shared/activity.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { isDue } from '../../functions/shared/poll-schedule.ts';
import { type FeedState, NEW_FEED_STATE, type PushState } from '../../functions/shared/store/feed-states.ts';
import { seededRandom } from '../../test/helpers/seeded-random.ts';
import type { FeedPublications } from '../freshness/publications.ts';
import type { Period } from '../freshness/replay.ts';

const MINUTE_MS = 60_000;
/** From publication to the hub's push, ms. */
const PUSH_DELAY_MS = 5_000;
const LEASE_MS = 10 * 86_400_000;

/** How reliably a hub pushes the news of a feed. */
export interface HubHabits {
  readonly name: string;
  /** Returns whether the hub pushes an item that is published at `time`. */
  readonly pushes: (time: number, random: () => number) => boolean;
}

export interface PushResult {
  /** Per day and feed. */
  readonly polls: number;
  readonly pushes: number;
  /** From publication to discovery, ms. */
  readonly delays: readonly number[];
}

/** Replays publications with the product's own policy. Without `habits`, the feeds name no hub. */
export function replayPushes(
  feeds: readonly FeedPublications[],
  { from, measureFrom, to }: Period,
  habits?: HubHabits,
): PushResult {
  const days = ((to - measureFrom) / 86_400_000) * feeds.length;
  const delays: number[] = [];
  let [polls, pushes] = [0, 0];
  for (const { id, times } of feeds) {
    const random = seededRandom(id.length * 7919 + id.charCodeAt(id.length - 1));
    const feed = feedOf(id, random.integer(5) * MINUTE_MS);
    const push: PushState = { hub: '', topic: '' };
    let state: FeedState = {
      ...NEW_FEED_STATE,
      ...recordActivity({}, from),
      ...(habits ? { push } : {}),
    };
    const found = (published: readonly number[], now: number) => {
      state = {
        ...state,
        ...recordActivity(state, now),
        hours: packHours(recordHours(unpackHours(state.hours), published, now)),
      };
      for (const time of published) if (time >= measureFrom) delays.push(now - time);
    };
    let waiting: number[] = [];
    let next = 0;
    for (let now = from; now < to; now += MINUTE_MS) {
      // Leases are renewed in time.
      if (state.push) state = { ...state, push: { ...state.push, leaseEnds: now + LEASE_MS } };
      for (; (times[next] ?? to) <= now; next++) {
        const time = times[next] ?? to;
        if (state.push && habits?.pushes(time, () => random.fraction())) {
          if (time >= measureFrom) pushes++;
          state = { ...state, push: afterPush(state.push, [time], time + PUSH_DELAY_MS) };
          found([time], time + PUSH_DELAY_MS);
        } else waiting.push(time);
      }
      if (!isDue(feed, now - MINUTE_MS, now, intervalDoublings(feed, state, now))) continue;
      if (now >= measureFrom) polls++;
      if (waiting.length === 0) continue;
      if (state.push) state = { ...state, push: afterPoll(state.push, waiting, now) };
      found(waiting, now);
      waiting = [];
    }
  }
  return { polls: polls / days, pushes: pushes / days, delays };
}

function feedOf(id: string, offset: number): Feed {
  const times = { every: 5 * MINUTE_MS, everyAtMost: 20 * MINUTE_MS, offset };
  return { id, url: 'http://feed.invalid/', title: id, ...times, tags: [], enabled: true };
}
