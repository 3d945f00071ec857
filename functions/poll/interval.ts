import type { Feed } from '../shared/model.ts';
import type { FeedState } from '../shared/store/feed-states.ts';

/** How much of the time since a feed was last heard counts: a night is no reason to be late in the morning. */
const QUIET_SHARE = 1 / 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How often a feed's shortest interval is doubled at this time. The interval goes by the square root of the time between
 * two pieces of news, which gives the least delay for the same number of requests; it is as long as the feed itself asks
 * for, but never longer than the user allows.
 */
export function intervalDoublings(feed: Feed, state: FeedState, now: number): number {
  // One that fails, or has never been read, has a back-off of its own.
  if (state.failures > 0 || state.heardAt === undefined) return 0;
  const gap = Math.max(state.usualGap ?? 0, (now - state.heardAt) * QUIET_SHARE);
  const wanted = isSkippedTime(state, now)
    ? feed.everyAtMost
    : Math.max(Math.sqrt(feed.every * gap), state.hints?.interval ?? 0);
  return doublingsUpTo(feed, Math.min(wanted, feed.everyAtMost));
}

/** As often as once a day, with turns that are turns at every other pace, too. */
export function dailyDoublings(feed: Feed): number {
  return Math.max(0, Math.ceil(Math.log2(DAY_MS / feed.every)));
}

/** The hours and days in which the feed says that nothing comes. */
function isSkippedTime({ hints }: FeedState, now: number): boolean {
  const time = new Date(now);
  return Boolean(
    hints?.skipHours?.includes(time.getUTCHours()) || hints?.skipDays?.includes(time.getUTCDay()),
  );
}

function doublingsUpTo({ every }: Feed, interval: number): number {
  return Math.max(0, Math.floor(Math.log2(interval / every)));
}
