import type { Feed } from '../shared/model.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import { hourFactor, unpackHours } from './publishing-hours.ts';
import { isPushed } from './push/push-state.ts';

/** Share of the time since the last news that counts as a gap, so that a quiet night does not delay the morning's news. */
const QUIET_SHARE = 1 / 8;
/** Keeps the number of polls what it was before hours were learned (npm run bench -- freshness). */
const SCALE = 1.1;
const HOUR_MS = 3_600_000;
/** Longest interval between polls of a feed whose hub pushes its news, and so the longest delay when the hub falls silent. */
const PUSHED_INTERVAL_MS = HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Returns how many times a feed's shortest interval is doubled at this time. The interval grows with the square root of the
 * gap between news, which gives the least delay for a given number of requests, and is shorter in the hours of the day in which
 * the feed publishes most. It is at least what the feed asks for, and at
 * most what the user allows.
 */
export function intervalDoublings(feed: Feed, state: FeedState, now: number): number {
  // Backoff applies to feeds that fail or were never read.
  if (state.failures > 0 || state.heardAt === undefined) return 0;
  if (isPushed(state, now)) return doublingsUpTo(feed, Math.max(PUSHED_INTERVAL_MS, feed.everyAtMost));
  const gap = Math.max(state.usualGap ?? 0, (now - state.heardAt) * QUIET_SHARE);
  const wanted = isSkippedTime(state, now)
    ? feed.everyAtMost
    : Math.max(
        SCALE * Math.sqrt(feed.every * gap * hourFactor(unpackHours(state.hours), now)),
        state.hints?.interval ?? 0,
      );
  return doublingsUpTo(feed, Math.min(wanted, feed.everyAtMost));
}

/** Returns the number of doublings for one poll a day. Every shorter interval has a poll at the time of the daily poll. */
export function dailyDoublings(feed: Feed): number {
  return Math.max(0, Math.ceil(Math.log2(DAY_MS / feed.every)));
}

/** Returns whether the feed asks not to be polled at this hour or on this day. */
function isSkippedTime({ hints }: FeedState, now: number): boolean {
  const time = new Date(now);
  return Boolean(
    hints?.skipHours?.includes(time.getUTCHours()) || hints?.skipDays?.includes(time.getUTCDay()),
  );
}

function doublingsUpTo({ every }: Feed, interval: number): number {
  return Math.max(0, Math.floor(Math.log2(interval / every)));
}
