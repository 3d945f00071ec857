import { describe, expect, it } from 'vitest';
import { quietHours, WEEKDAYS } from '../../../../config/week.ts';
import { quietUntil } from '../../../../functions/notify/policy/quiet-hours.ts';
import { sampled } from '../../../helpers/size.ts';
import { clockChanges, localClock, TIME_ZONES } from '../time-zones.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Quiet hours as the file writes them. */
const quietAt = (timeZone: string, ...all: string[]) => ({ hours: all.map(quietHours), timeZone });
const quiet = (from: string, to: string, timeZone: string) => quietAt(timeZone, `${from} to ${to}`);
const iso = (at: number | undefined) => at && new Date(at).toISOString();

describe('quiet hours when clocks change', () => {
  it.each([
    // Skipped from two to three: the start, the end, and both.
    ['02:30', '07:00', '2026-03-29T01:29:00Z', undefined],
    ['02:30', '07:00', '2026-03-29T01:30:00Z', '2026-03-29T05:00:00.000Z'],
    ['22:00', '02:30', '2026-03-29T01:29:00Z', '2026-03-29T01:30:00.000Z'],
    ['22:00', '02:30', '2026-03-29T01:30:00Z', undefined],
    ['02:10', '02:50', '2026-03-29T01:09:00Z', undefined],
    ['02:10', '02:50', '2026-03-29T01:10:00Z', '2026-03-29T01:50:00.000Z'],
    ['02:30', '03:00', '2026-03-29T01:10:00Z', undefined],
    // Repeated from two to three: the first occurrence.
    ['02:30', '07:00', '2026-10-25T00:29:00Z', undefined],
    ['02:30', '07:00', '2026-10-25T00:30:00Z', '2026-10-25T06:00:00.000Z'],
    ['22:00', '02:30', '2026-10-25T00:29:00Z', '2026-10-25T00:30:00.000Z'],
    ['22:00', '02:30', '2026-10-25T01:00:00Z', undefined],
    // All times but a skipped one, which comes on the next day.
    ['03:00', '02:30', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00.000Z'],
  ])('from %s to %s in Berlin, %s: %s', (from, to, now, until) => {
    expect(iso(quietUntil(quiet(from, to, 'Europe/Berlin'), Date.parse(now)))).toBe(until);
  });

  it('is tested on enough clock changes', () => {
    const known = TIME_ZONES.map((zone) => clockChanges(zone).length);
    // The zone data give another number for Morocco every few years.
    expect(known.toSpliced(4, 1)).toEqual([22, 22, 22, 22, 0, 0]);
    expect(known[4]).toBeGreaterThan(10);
  });

  it.each(
    TIME_ZONES.flatMap((zone) =>
      [
        ['22:00', '07:00'],
        ['01:45', '02:15'],
        ['00:00', '06:00'],
        ['23:30', '00:30'],
        ['12:00', '13:00'],
        ['07:00', '06:00'],
      ].map(([from = '', to = '']) => ({ zone, from, to })),
    ),
  )('from $from to $to in $zone: end on time, over clock changes from 2020 to 2030', (of) => {
    const { zone, from, to } = of;
    const there = localClock(zone);
    const hours = quiet(from, to, zone);
    const days = [...sampled(clockChanges(zone), 8), Date.UTC(2026, 6, 1)];
    for (const day of days) {
      let shifted = 0;
      for (let now = day - 30 * HOUR; now < day + 30 * HOUR; now += 15 * MINUTE) {
        const until = quietUntil(hours, now);
        const clock = there(now).time;
        const within = from < to ? from <= clock && clock < to : from <= clock || clock < to;
        // By local time, the same hours are quiet, except hours that are skipped or repeated themselves.
        if ((until !== undefined) !== within) shifted++;
        if (until === undefined) continue;
        expect(until).toBeGreaterThan(now);
        expect(quietUntil(hours, until)).toBeUndefined();
        const ends = there(until).time;
        const jumped = Math.abs(until - day) <= 2 * HOUR;
        if (!jumped) expect(ends).toBe(to);
      }
      expect(shifted).toBeLessThanOrEqual(8);
    }
  });
});

describe('quiet hours on some days', () => {
  // 2 March 2026 is a Monday.
  it.each([
    ['00:00 to 09:00 on saturday', '2026-03-06T08:00Z', undefined],
    ['00:00 to 09:00 on saturday', '2026-03-07T00:00Z', '2026-03-07T09:00:00.000Z'],
    ['00:00 to 09:00 on saturday', '2026-03-08T08:00Z', undefined],
    // Over midnight, the day is the one on which they begin.
    ['22:00 to 07:00 on friday', '2026-03-06T06:00Z', undefined],
    ['22:00 to 07:00 on friday', '2026-03-06T22:00Z', '2026-03-07T07:00:00.000Z'],
    ['22:00 to 07:00 on friday', '2026-03-07T06:59Z', '2026-03-07T07:00:00.000Z'],
    ['22:00 to 07:00 on friday', '2026-03-07T22:00Z', undefined],
    ['22:00 to 07:00 on sunday', '2026-03-09T06:00Z', '2026-03-09T07:00:00.000Z'],
    ['22:00 to 07:00 on sunday', '2026-03-08T06:00Z', undefined],
    // The whole of one day, and of two.
    ['00:00 to 00:00 on sunday', '2026-03-08T12:00Z', '2026-03-09T00:00:00.000Z'],
    ['12:00 to 12:00 on saturday and sunday', '2026-03-07T12:00Z', '2026-03-09T12:00:00.000Z'],
    ['12:00 to 12:00 on saturday to monday', '2026-03-07T12:00Z', '2026-03-10T12:00:00.000Z'],
  ])('%s, at %s: until %s', (hours, now, until) => {
    expect(iso(quietUntil(quietAt('UTC', hours), Date.parse(now)))).toBe(until);
  });

  it('end with the last of several that follow or overlap one another', () => {
    const hours = quietAt(
      'UTC',
      '22:00 to 07:00',
      '06:00 to 09:00 on saturday and sunday',
      '09:00 to 10:00 on sunday',
    );
    const until = (now: string) => iso(quietUntil(hours, Date.parse(now)));
    expect(until('2026-03-06T05:00Z')).toBe('2026-03-06T07:00:00.000Z');
    expect(until('2026-03-06T23:00Z')).toBe('2026-03-07T09:00:00.000Z');
    expect(until('2026-03-07T23:00Z')).toBe('2026-03-08T10:00:00.000Z');
  });

  it('are found even if they leave only a minute of the week', () => {
    const hours = quietAt('UTC', '00:00 to 00:00 on tuesday to sunday', '00:01 to 00:00 on monday');
    expect(iso(quietUntil(hours, Date.parse('2026-03-02T00:01Z')))).toBe('2026-03-09T00:00:00.000Z');
  });

  /** Returns the weekday of a local date. */
  const weekday = (date: string) => WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7];

  it.each(
    TIME_ZONES.flatMap((zone) =>
      [
        ['22:00', '07:00'],
        ['01:45', '02:15'],
        ['00:00', '06:00'],
        ['23:30', '00:30'],
        ['00:00', '00:00'],
      ].map(([from = '', to = '']) => ({ zone, from, to })),
    ),
  )('from $from to $to in $zone begin on their days alone, over clock changes from 2020 to 2030', (of) => {
    const { zone, from, to } = of;
    const there = localClock(zone);
    const days = [...sampled(clockChanges(zone), 8), Date.UTC(2026, 6, 1)];
    for (const day of days) {
      const named = weekday(there(day).date);
      const hours = quietAt(zone, `${from} to ${to} on ${named}`);
      let shifted = 0;
      for (let now = day - 54 * HOUR; now < day + 54 * HOUR; now += 15 * MINUTE) {
        const until = quietUntil(hours, now);
        const { date, time } = there(now);
        const dayBefore = new Date(Date.parse(date) - 24 * HOUR).toISOString();
        const crosses = to <= from;
        const begunToday = weekday(date) === named && from <= time && (crosses || time < to);
        const begunBefore = crosses && weekday(dayBefore) === named && time < to;
        if ((until !== undefined) !== (begunToday || begunBefore)) shifted++;
        if (until === undefined) continue;
        expect(until).toBeGreaterThan(now);
        expect(quietUntil(hours, until)).toBeUndefined();
      }
      expect(shifted).toBeLessThanOrEqual(4);
    }
  });
});
