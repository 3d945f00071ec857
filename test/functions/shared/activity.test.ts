import { expect, it } from 'vitest';
import { isSilent, recordActivity } from '../../../functions/shared/activity.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-02T12:00:00Z');

/** What is known of a feed that brought something new after each of these gaps, and when it last did. */
function after(...gaps: number[]) {
  let now = START;
  let hearing = recordActivity({}, now);
  for (const gap of gaps) {
    now += gap;
    hearing = recordActivity(hearing, now);
  }
  return { hearing, now };
}

it.each([
  [
    'an hourly feed is silent after three days, nights and weekends being none',
    Array(20).fill(HOUR),
    3 * DAY,
  ],
  ['a daily one after ten days', Array(20).fill(DAY), 10 * DAY],
])('%s', (_, gaps, silence) => {
  const { hearing, now } = after(...gaps);
  expect(isSilent(hearing, now + silence)).toBe(false);
  expect(isSilent(hearing, now + silence + 1)).toBe(true);
});

it('follows a feed that becomes slower, and is not misled by one long gap', () => {
  expect(after(...Array(40).fill(HOUR), 20 * HOUR).hearing.usualGap).toBeCloseTo(2.9 * HOUR, -3);
  expect(after(...Array(10).fill(HOUR), ...Array(60).fill(DAY)).hearing.usualGap).toBeGreaterThan(0.99 * DAY);
});

it('judges no feed of which too little is known', () => {
  expect(isSilent({}, START)).toBe(false);
  expect(isSilent(recordActivity({}, START), START + 365 * DAY)).toBe(false);
});

it('takes a clock that is set back for no time at all', () => {
  expect(recordActivity(recordActivity({}, START), START - HOUR)).toEqual({
    heardAt: START - HOUR,
    usualGap: 0,
  });
});
