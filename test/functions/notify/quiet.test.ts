import { describe, expect, it } from 'vitest';
import { quietUntil } from '../../../functions/notify/quiet.ts';
import { local, transitions, ZONES } from './zones.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const time = (text: string) => {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return { hour, minute };
};
const quiet = (from: string, to: string, timeZone: string) => ({ from: time(from), to: time(to), timeZone });
const iso = (at: number | undefined) => at && new Date(at).toISOString();

describe('quiet hours when clocks change', () => {
  it.each([
    // Skipped, from two to three: the beginning, the end, and both.
    ['02:30', '07:00', '2026-03-29T01:29:00Z', undefined],
    ['02:30', '07:00', '2026-03-29T01:30:00Z', '2026-03-29T05:00:00.000Z'],
    ['22:00', '02:30', '2026-03-29T01:29:00Z', '2026-03-29T01:30:00.000Z'],
    ['22:00', '02:30', '2026-03-29T01:30:00Z', undefined],
    ['02:10', '02:50', '2026-03-29T01:09:00Z', undefined],
    ['02:10', '02:50', '2026-03-29T01:10:00Z', '2026-03-29T01:50:00.000Z'],
    ['02:30', '03:00', '2026-03-29T01:10:00Z', undefined],
    // Repeated, from two to three: the first of the two.
    ['02:30', '07:00', '2026-10-25T00:29:00Z', undefined],
    ['02:30', '07:00', '2026-10-25T00:30:00Z', '2026-10-25T06:00:00.000Z'],
    ['22:00', '02:30', '2026-10-25T00:29:00Z', '2026-10-25T00:30:00.000Z'],
    ['22:00', '02:30', '2026-10-25T01:00:00Z', undefined],
    // All but a time that is skipped: told on the next day.
    ['03:00', '02:30', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00.000Z'],
  ])('from %s to %s in Berlin, %s: %s', (from, to, now, until) => {
    expect(iso(quietUntil(quiet(from, to, 'Europe/Berlin'), Date.parse(now)))).toBe(until);
  });

  it('knows enough transitions to say so', () => {
    const known = ZONES.map((zone) => transitions(zone).length);
    // Of Morocco, the zone data say another number every few years.
    expect(known.toSpliced(4, 1)).toEqual([22, 22, 22, 22, 0, 0]);
    expect(known[4]).toBeGreaterThan(10);
  });

  it.each(
    ZONES.flatMap((zone) =>
      [
        ['22:00', '07:00'],
        ['01:45', '02:15'],
        ['00:00', '06:00'],
        ['23:30', '00:30'],
        ['12:00', '13:00'],
        ['07:00', '06:00'],
      ].map(([from = '', to = '']) => ({ zone, from, to })),
    ),
  )('from $from to $to in $zone: end at their time, over every transition of 2020 to 2030', (of) => {
    const { zone, from, to } = of;
    const there = local(zone);
    const hours = quiet(from, to, zone);
    const days = [...transitions(zone), Date.UTC(2026, 6, 1)];
    for (const day of days) {
      let shifted = 0;
      for (let now = day - 30 * HOUR; now < day + 30 * HOUR; now += 15 * MINUTE) {
        const until = quietUntil(hours, now);
        const clock = there(now).time;
        const within = from < to ? from <= clock && clock < to : from <= clock || clock < to;
        // By the clock alone it is as quiet, but for the hours that are skipped or repeated themselves.
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
