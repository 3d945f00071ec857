import { describe, expect, it } from 'vitest';
import { digestDue, welcomeDue } from '../../../functions/notify/due.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (time: number) => new Date(time).toISOString();

describe('welcomeDue', () => {
  it('is a minute after the tick, the same for all feeds of the tick', () => {
    const tickAt = '2026-03-01T09:30:00.000Z';
    expect(iso(welcomeDue(tickAt, at('2026-03-01T09:30:02.000Z')))).toBe('2026-03-01T09:31:00.000Z');
    expect(iso(welcomeDue(tickAt, at('2026-03-01T09:30:59.999Z')))).toBe('2026-03-01T09:31:00.000Z');
  });

  it('is the next full minute where that has passed', () => {
    const tickAt = '2026-03-01T09:30:00.250Z';
    expect(iso(welcomeDue(tickAt, at('2026-03-01T09:31:00.250Z')))).toBe('2026-03-01T09:32:00.000Z');
    expect(iso(welcomeDue(tickAt, at('2026-03-01T11:00:00.000Z')))).toBe('2026-03-01T11:01:00.000Z');
  });
});

describe('digestDue, hourly', () => {
  it.each([
    ['2026-03-01T09:00:00.000Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T09:59:59.999Z', '2026-03-01T10:00:00.000Z'],
    ['2026-12-31T23:00:00.001Z', '2027-01-01T00:00:00.000Z'],
  ])('what comes at %s goes out at %s', (now, due) => {
    expect(iso(digestDue({ mode: 'hourly' }, at(now)))).toBe(due);
  });
});

describe('digestDue, daily', () => {
  const daily = (hour: number, minute: number, timeZone: string) =>
    ({ mode: 'daily', hour, minute, timeZone }) as const;

  it('is today where the time is still to come, else tomorrow', () => {
    const berlin = daily(7, 30, 'Europe/Berlin');
    expect(iso(digestDue(berlin, at('2026-03-01T06:29:59.999Z')))).toBe('2026-03-01T06:30:00.000Z');
    expect(iso(digestDue(berlin, at('2026-03-01T06:30:00.000Z')))).toBe('2026-03-02T06:30:00.000Z');
    // Already the second of March in Berlin.
    expect(iso(digestDue(berlin, at('2026-03-01T23:30:00.000Z')))).toBe('2026-03-02T06:30:00.000Z');
  });

  it.each([
    // Skipped: as much later as the clocks jump.
    ['Europe/Berlin', 2, 30, '2026-03-28T12:00:00Z', '2026-03-29T01:30:00.000Z', '03:30'],
    ['America/New_York', 2, 0, '2026-03-07T12:00:00Z', '2026-03-08T07:00:00.000Z', '03:00'],
    ['Australia/Lord_Howe', 2, 15, '2026-10-03T06:00:00Z', '2026-10-03T15:45:00.000Z', '02:45'],
    // Repeated: the first of the two.
    ['Europe/Berlin', 2, 30, '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z', '02:30'],
    ['America/New_York', 1, 30, '2026-10-31T12:00:00Z', '2026-11-01T05:30:00.000Z', '01:30'],
    ['Australia/Lord_Howe', 1, 45, '2026-04-04T06:00:00Z', '2026-04-04T14:45:00.000Z', '01:45'],
  ])('%s, daily at %i:%i after %s is %s (%s there)', (timeZone, hour, minute, now, due, there) => {
    const found = digestDue(daily(hour, minute, timeZone), at(now));
    expect(iso(found)).toBe(due);
    expect(local(timeZone)(found).time).toBe(there);
  });

  it('is the next day’s when the first of a repeated time has passed', () => {
    const berlin = daily(2, 30, 'Europe/Berlin');
    expect(iso(digestDue(berlin, at('2026-10-25T01:00:00Z')))).toBe('2026-10-26T01:30:00.000Z');
  });

  /** Date and time of a time zone, by Intl alone. */
  function local(timeZone: string) {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    return (time: number) => {
      const [date = '', clock = ''] = format.format(time).split(', ');
      return { date: date.split('/').reverse().join('-'), time: clock };
    };
  }

  it.each([
    { zone: 'Europe/Berlin', hour: 2, minute: 30, skipped: 11 },
    { zone: 'Europe/Berlin', hour: 0, minute: 0, skipped: 0 },
    { zone: 'America/New_York', hour: 2, minute: 30, skipped: 11 },
    { zone: 'America/New_York', hour: 1, minute: 45, skipped: 0 },
    { zone: 'Australia/Lord_Howe', hour: 2, minute: 15, skipped: 11 },
    { zone: 'Australia/Lord_Howe', hour: 1, minute: 45, skipped: 0 },
    { zone: 'UTC', hour: 0, minute: 0, skipped: 0 },
  ])(
    'in $zone at $hour:$minute comes once on every local day from 2020 to 2030',
    ({ zone, hour, minute, skipped }) => {
      const there = local(zone);
      const wanted = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
      const dates: string[] = [];
      const shifted: string[] = [];
      let now = at('2019-12-31T12:00:00Z');
      while (now < at('2030-12-31T12:00:00Z')) {
        const due = digestDue(daily(hour, minute, zone), now);
        expect(due).toBeGreaterThan(now);
        const { date, time } = there(due);
        dates.push(date);
        if (time !== wanted) shifted.push(`${date} ${time}`);
        now = due;
      }
      const days = Array.from({ length: dates.length }, (_, n) =>
        new Date(at(`${dates[0]}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10),
      );
      expect(dates).toEqual(days);
      expect(dates.length).toBeGreaterThan(4_015);
      // Only a skipped time is told at another one.
      expect(shifted).toHaveLength(skipped);
    },
  );

  it('does not depend on when within the day it is asked', () => {
    const howe = daily(2, 15, 'Australia/Lord_Howe');
    const dues = new Set<number>();
    for (let now = at('2026-10-02T16:00:00Z'); now < at('2026-10-03T15:45:00Z'); now += 7 * 60_000) {
      dues.add(digestDue(howe, now));
    }
    expect([...dues].map(iso)).toEqual(['2026-10-03T15:45:00.000Z']);
  });
});
