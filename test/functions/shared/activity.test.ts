import { expect, it } from 'vitest';
import { isSilent, recordActivity } from '../../../functions/shared/activity.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-02T12:00:00Z');

/** Returns the activity of a feed that had something new after each of these gaps, and when it last had. */
function after(...gaps: number[]) {
  let now = START;
  let activity = recordActivity({}, now);
  for (const gap of gaps) {
    now += gap;
    activity = recordActivity(activity, now);
  }
  return { activity, now };
}

it.each([
  ['an hourly feed is silent after three days, not after a weekend', Array(20).fill(HOUR), 3 * DAY],
  ['a daily feed is silent after ten days', Array(20).fill(DAY), 10 * DAY],
])('%s', (_, gaps, silence) => {
  const { activity, now } = after(...gaps);
  expect(isSilent(activity, now + silence)).toBe(false);
  expect(isSilent(activity, now + silence + 1)).toBe(true);
});

it('the usual gap follows a feed that slows down, and hardly changes with one long gap', () => {
  expect(after(...Array(40).fill(HOUR), 20 * HOUR).activity.usualGap).toBeCloseTo(2.9 * HOUR, -3);
  expect(after(...Array(10).fill(HOUR), ...Array(60).fill(DAY)).activity.usualGap).toBeGreaterThan(
    0.99 * DAY,
  );
});

it('a feed with too little history is not silent', () => {
  expect(isSilent({}, START)).toBe(false);
  expect(isSilent(recordActivity({}, START), START + 365 * DAY)).toBe(false);
});

it('a clock that is set back counts as a gap of zero', () => {
  expect(recordActivity(recordActivity({}, START), START - HOUR)).toEqual({
    heardAt: START - HOUR,
    usualGap: 0,
  });
});
