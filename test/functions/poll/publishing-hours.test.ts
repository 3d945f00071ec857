import { describe, expect, it } from 'vitest';
import { intervalDoublings } from '../../../functions/poll/interval.ts';
import {
  hourFactor,
  type PublishingHours,
  packHours,
  recordHours,
  unpackHours,
} from '../../../functions/poll/publishing-hours.ts';
import { type FeedState, NEW_FEED_STATE } from '../../../functions/shared/store/feed-states.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-02T00:00:00Z');

/** Returns the hours after some days with an item at each of these hours of the day. */
function learned(hoursOfDay: readonly number[], days: number): PublishingHours {
  let hours: PublishingHours | undefined;
  for (let day = 0; day < days; day++) {
    for (const hour of hoursOfDay) {
      const time = START + day * DAY + hour * HOUR;
      hours = recordHours(hours, [time], time + MINUTE);
    }
  }
  return hours as PublishingHours;
}

describe('the factor of an hour', () => {
  it('is 1 before anything is known', () => {
    expect(hourFactor(undefined, START)).toBe(1);
  });

  it('comes near the true one: an eighth for a feed with all its items in three hours', () => {
    const hours = learned([9, 10, 11], 28);
    const at = (hour: number) => hourFactor(hours, START + 28 * DAY + hour * HOUR);
    expect(at(10)).toBeGreaterThan(1 / 8);
    expect(at(10)).toBeLessThan(1 / 6);
    expect(at(8)).toBeLessThan(1);
    expect(at(22)).toBeGreaterThan(4);
  });

  it('stays near 1 for a feed with an item a week, so that it is not found later', () => {
    for (const weeks of [1, 2, 4, 12]) {
      const hours = learned([9], 1);
      const rare = Array.from({ length: weeks }, (_, n) => START + (n + 1) * 7 * DAY + 9 * HOUR).reduce(
        (before, time) => recordHours(before, [time], time),
        hours,
      );
      expect(hourFactor(rare, START + (weeks + 1) * 7 * DAY)).toBeLessThan(1.4);
    }
  });

  it('counts days in which news came every few minutes', () => {
    let hours: PublishingHours | undefined;
    for (let time = START; time < START + 60 * DAY; time += 5 * MINUTE)
      hours = recordHours(hours, [time], time);
    expect(hours?.days).toBeGreaterThan(18);
    expect(hours?.days).toBeLessThan(21);
    const now = START + 60 * DAY;
    expect(hourFactor(hours, now)).toBeGreaterThan(0.9);
    expect(hourFactor(hours, now + 365 * DAY)).toBeLessThan(1.1);
  });

  it('hardly changes with a few items of a feed that publishes around the clock', () => {
    const all = Array.from({ length: 24 }, (_, hour) => hour);
    const steady = learned(all, 14);
    const now = START + 14 * DAY + 10 * HOUR;
    expect(Math.abs(hourFactor(steady, now) - 1)).toBeLessThan(0.1);
    expect(hourFactor(recordHours(steady, [now, now, now], now), now)).toBeGreaterThan(0.8);
  });

  it('is bounded for a feed that publishes in one hour alone', () => {
    const hours = learned([9], 400);
    for (let hour = 0; hour < 24; hour++) {
      const factor = hourFactor(hours, START + 400 * DAY + hour * HOUR);
      expect(factor).toBeGreaterThan(0.05);
      expect(factor).toBeLessThan(25);
    }
  });

  it('forgets habits that a feed has given up', () => {
    const hours = learned([9, 10, 11], 14);
    const morning = (days: number) => hourFactor(hours, START + days * DAY + 10 * HOUR);
    expect(morning(120)).toBeGreaterThan(3 * morning(14));
  });

  it('survives a clock that goes back', () => {
    const hours = recordHours(learned([9], 3), [START], START);
    expect(hours.days).toBeGreaterThan(0);
    expect(hourFactor(hours, START - DAY)).toBeGreaterThan(0);
  });
});

describe('packed hours', () => {
  it('take 56 bytes, and keep what was learned', () => {
    const hours = learned([0, 3, 6, 9, 12, 15, 18, 21], 90);
    const packed = packHours(hours);
    expect(packed).toHaveLength(56);
    const unpacked = unpackHours(Buffer.concat([Buffer.alloc(3), packed]).subarray(3));
    const now = START + 91 * DAY;
    expect((unpacked && hourFactor(unpacked, now)) ?? 0).toBeCloseTo(hourFactor(hours, now), 2);
  });

  it('of another length are not read', () => {
    expect(unpackHours(undefined)).toBeUndefined();
    expect(unpackHours(new Uint8Array(0))).toBeUndefined();
    expect(unpackHours(new Uint8Array(100))).toBeUndefined();
  });
});

it('a feed is polled more often in the hours in which it publishes', () => {
  const feed = { every: 5 * MINUTE, everyAtMost: 80 * MINUTE } as Parameters<typeof intervalDoublings>[0];
  const state: FeedState = {
    ...NEW_FEED_STATE,
    usualGap: 2 * HOUR,
    hours: packHours(learned([8, 9, 10, 11, 12], 14)),
  };
  const at = (hour: number) => {
    const now = START + 14 * DAY + hour * HOUR;
    return intervalDoublings(feed, { ...state, heardAt: now - HOUR }, now);
  };
  expect(at(10)).toBeLessThan(at(22));
  expect(
    intervalDoublings(feed, { ...NEW_FEED_STATE, usualGap: 2 * HOUR, heardAt: START }, START + HOUR),
  ).toBe(2);
});
