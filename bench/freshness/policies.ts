import { intervalDoublings } from '../../functions/poll/interval.ts';
import {
  hourFactor,
  type PublishingHours,
  packHours,
  recordHours,
  unpackHours,
} from '../../functions/poll/publishing-hours.ts';
import { recordActivity } from '../../functions/shared/activity.ts';
import type { Feed } from '../../functions/shared/model.ts';
import { isDue } from '../../functions/shared/poll-schedule.ts';
import { type FeedState, NEW_FEED_STATE } from '../../functions/shared/store/feed-states.ts';
import { LearnedRates, type LearningOptions, type RateAt } from './rates.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Rates are evaluated once in this time. */
const RATE_SLOT_MS = 5 * MINUTE_MS;

/** Decides about the polls of one feed. Sees only what its own polls discover. */
export interface Poller {
  /** Time between two calls of `isDue`, ms. */
  readonly step: number;
  /** `isDue` is called this many ms after every multiple of `step`. */
  readonly offset: number;
  /** Returns whether the feed is polled at `now`. */
  isDue(now: number): boolean;
  /** Called after a poll that found new items. `times`: when they were published. */
  discover(times: readonly number[], now: number): void;
}

/** Creates the poller of a feed. `phase`: the share of an interval by which its polls are shifted, from 0 to below 1. */
export type Policy = (feedId: string, phase: number, start: number) => Poller;

/** The shortest and the longest interval that the configuration allows, ms. */
export interface Range {
  readonly every: number;
  readonly everyAtMost: number;
}

function feedOf(id: string, { every, everyAtMost }: Range, phase: number): Feed {
  const offset = Math.floor((phase * every) / MINUTE_MS) * MINUTE_MS;
  return {
    // The id decides at which of the shorter interval's times a longer one starts.
    id: `${id} ${phase}`,
    url: 'http://feed.invalid/',
    title: id,
    every,
    everyAtMost,
    offset,
    tags: [],
    enabled: true,
  };
}

/** Polls at a fixed interval, ms. */
export const fixed = (every: number): Policy => product({ every, everyAtMost: every });

/** The product's own policy. */
export function product(range: Range): Policy {
  return (id, phase, start) => {
    const feed = feedOf(id, range, phase);
    // The first poll of a feed finds a whole document.
    let state: FeedState = { ...NEW_FEED_STATE, ...recordActivity({}, start) };
    return {
      step: feed.every,
      offset: feed.offset,
      isDue: (now) => isDue(feed, now - feed.every, now, intervalDoublings(feed, state, now)),
      discover(times, now) {
        state = {
          ...state,
          ...recordActivity(state, now),
          hours: packHours(recordHours(unpackHours(state.hours), times, now)),
        };
      },
    };
  };
}

/** An estimate of a feed's rate, which may learn from what polls discover. */
export interface RateSource {
  readonly rateAt: RateAt;
  discover?(times: readonly number[], now: number): void;
}

export type Rates = (feedId: string, start: number) => RateSource;

export const learned =
  (options: LearningOptions): Rates =>
  (_feedId, start) => {
    const rates = new LearnedRates(start, options);
    return {
      rateAt: (time) => rates.rateAt(time),
      discover: (times, now) => rates.discover(times, now),
    };
  };

/** The usual gap between polls that find something, or a share of the silence. */
export const usualGap: Rates = (_feedId, start) => {
  let activity = recordActivity({}, start);
  return {
    rateAt(now) {
      const silence = (now - (activity.heardAt ?? now)) / 8;
      return HOUR_MS / Math.max(activity.usualGap ?? 0, silence, MINUTE_MS);
    },
    discover(_times, now) {
      activity = recordActivity(activity, now);
    },
  };
};

/** The product's own estimate: the usual gap, and the feed's rate at this hour of the day. */
export const usualGapByHour: Rates = (feedId, start) => {
  const gap = usualGap(feedId, start);
  let hours: PublishingHours | undefined;
  return {
    rateAt: (time) => gap.rateAt(time) / hourFactor(hours, time),
    discover(times, now) {
      gap.discover?.(times, now);
      hours = recordHours(hours, times, now);
    },
  };
};

/** `doubled`: the shortest interval doubled some number of times, as in the product. `any`: any length. */
export type Lengths = 'doubled' | 'any';

/**
 * Polls at an interval of `scale` hours divided by the square root of the rate, which gives the least mean delay for a given
 * number of polls (Sia and Cho), within the range.
 */
export function byRate(rates: Rates, scale: number, range: Range, lengths: Lengths): Policy {
  return (id, phase, start) => {
    const source = rates(id, start);
    let known: { readonly slot: number; readonly interval: number } | undefined;
    const intervalAt = (now: number): number => {
      const slot = Math.floor(now / RATE_SLOT_MS);
      if (known?.slot !== slot) {
        const wanted = (scale * HOUR_MS) / Math.sqrt(source.rateAt(now));
        known = { slot, interval: Math.min(Math.max(wanted, range.every), range.everyAtMost) };
      }
      return known.interval;
    };
    const discover = (times: readonly number[], now: number) => {
      source.discover?.(times, now);
      known = undefined;
    };
    return lengths === 'doubled'
      ? { ...doubledIntervals(feedOf(id, range, phase), intervalAt), discover }
      : { ...anyInterval(phase, intervalAt), discover };
  };
}

function doubledIntervals(feed: Feed, intervalAt: (now: number) => number): Omit<Poller, 'discover'> {
  return {
    step: feed.every,
    offset: feed.offset,
    isDue(now) {
      // As if the feed had asked for this interval and nothing else mattered.
      const state = { ...NEW_FEED_STATE, heardAt: now, hints: { interval: intervalAt(now) } };
      return isDue(feed, now - feed.every, now, intervalDoublings(feed, state, now));
    },
  };
}

function anyInterval(phase: number, intervalAt: (now: number) => number): Omit<Poller, 'discover'> {
  let passed = phase;
  return {
    step: MINUTE_MS,
    offset: 0,
    isDue(now) {
      passed += MINUTE_MS / intervalAt(now);
      if (passed < 1) return false;
      passed -= 1;
      return true;
    },
  };
}
