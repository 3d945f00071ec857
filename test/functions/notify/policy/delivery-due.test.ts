import { describe, expect, it } from 'vitest';
import { deliveryDue, digestDue, welcomeDue } from '../../../../functions/notify/policy/delivery-due.ts';
import { localClock, TIME_ZONES } from '../time-zones.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (time: number) => new Date(time).toISOString();

describe('welcomeDue', () => {
  it('is due at the next tick, even a little early, and the same for all feeds of one tick', () => {
    const tickAt = '2026-03-01T09:30:00.000Z';
    expect(iso(welcomeDue(tickAt, at('2026-03-01T09:30:02.000Z')))).toBe('2026-03-01T09:30:50.000Z');
    expect(iso(welcomeDue(tickAt, at('2026-03-01T09:30:49.999Z')))).toBe('2026-03-01T09:30:50.000Z');
  });

  it('is due at a later tick if that has passed', () => {
    const tickAt = '2026-03-01T09:30:00.250Z';
    expect(iso(welcomeDue(tickAt, at('2026-03-01T09:30:50.250Z')))).toBe('2026-03-01T09:31:50.250Z');
    expect(iso(welcomeDue(tickAt, at('2026-03-01T09:30:59.000Z')))).toBe('2026-03-01T09:31:50.250Z');
    expect(iso(welcomeDue(tickAt, at('2026-03-01T11:00:00.000Z')))).toBe('2026-03-01T11:00:50.250Z');
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

  it.each([
    ['Europe/Berlin', '2026-03-01T02:05:00.000Z', '2026-03-01T03:00:00.000Z'],
    ['Asia/Kolkata', '2026-03-01T02:05:00.000Z', '2026-03-01T02:30:00.000Z'],
    ['Asia/Kolkata', '2026-03-01T02:30:00.000Z', '2026-03-01T03:30:00.000Z'],
    ['Asia/Kathmandu', '2026-03-01T02:05:00.000Z', '2026-03-01T02:15:00.000Z'],
    ['America/St_Johns', '2026-07-01T02:31:00.000Z', '2026-07-01T03:30:00.000Z'],
    ['Australia/Eucla', '2026-03-01T02:14:59.999Z', '2026-03-01T02:15:00.000Z'],
    // Clocks go back from 02:00 to 01:30, and forward from 02:00 to 02:30.
    ['Australia/Lord_Howe', '2026-04-04T14:45:00.000Z', '2026-04-04T15:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00.000Z', '2026-04-04T15:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00.000Z', '2026-10-03T16:00:00.000Z'],
  ])('goes by the clocks of %s at %s', (timeZone, now, due) => {
    expect(iso(digestDue({ mode: 'hourly', timeZone }, at(now)))).toBe(due);
  });
});

describe('digestDue, daily', () => {
  const daily = (hour: number, minute: number, timeZone: string) =>
    ({ mode: 'daily', hour, minute, timeZone }) as const;

  it('is today if the time is still to come, or else tomorrow', () => {
    const berlin = daily(7, 30, 'Europe/Berlin');
    expect(iso(digestDue(berlin, at('2026-03-01T06:29:59.999Z')))).toBe('2026-03-01T06:30:00.000Z');
    expect(iso(digestDue(berlin, at('2026-03-01T06:30:00.000Z')))).toBe('2026-03-02T06:30:00.000Z');
    // It is already the second of March in Berlin.
    expect(iso(digestDue(berlin, at('2026-03-01T23:30:00.000Z')))).toBe('2026-03-02T06:30:00.000Z');
  });

  it.each([
    // A skipped time comes later by the length of the jump.
    ['Europe/Berlin', 2, 30, '2026-03-28T12:00:00Z', '2026-03-29T01:30:00.000Z', '03:30'],
    ['America/New_York', 2, 0, '2026-03-07T12:00:00Z', '2026-03-08T07:00:00.000Z', '03:00'],
    ['Australia/Lord_Howe', 2, 15, '2026-10-03T06:00:00Z', '2026-10-03T15:45:00.000Z', '02:45'],
    // A repeated time means its first occurrence.
    ['Europe/Berlin', 2, 30, '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z', '02:30'],
    ['America/New_York', 1, 30, '2026-10-31T12:00:00Z', '2026-11-01T05:30:00.000Z', '01:30'],
    ['Australia/Lord_Howe', 1, 45, '2026-04-04T06:00:00Z', '2026-04-04T14:45:00.000Z', '01:45'],
  ])('%s, daily at %i:%i after %s is %s (%s there)', (timeZone, hour, minute, now, due, there) => {
    const found = digestDue(daily(hour, minute, timeZone), at(now));
    expect(iso(found)).toBe(due);
    expect(localClock(timeZone)(found).time).toBe(there);
  });

  it('is the next day’s when the first occurrence of a repeated time has passed', () => {
    const berlin = daily(2, 30, 'Europe/Berlin');
    expect(iso(digestDue(berlin, at('2026-10-25T01:00:00Z')))).toBe('2026-10-26T01:30:00.000Z');
  });

  it.each([
    { zone: 'Europe/Berlin', hour: 2, minute: 30, skipped: 11 },
    { zone: 'Europe/Berlin', hour: 0, minute: 0, skipped: 0 },
    { zone: 'America/New_York', hour: 2, minute: 30, skipped: 11 },
    { zone: 'America/New_York', hour: 1, minute: 45, skipped: 0 },
    { zone: 'Australia/Lord_Howe', hour: 2, minute: 15, skipped: 11 },
    { zone: 'Australia/Lord_Howe', hour: 1, minute: 45, skipped: 0 },
    { zone: 'America/Santiago', hour: 0, minute: 0, skipped: 11 },
    { zone: 'Africa/Casablanca', hour: 7, minute: 30, skipped: 0 },
    { zone: 'Asia/Kolkata', hour: 7, minute: 30, skipped: 0 },
    { zone: 'UTC', hour: 0, minute: 0, skipped: 0 },
  ])(
    'in $zone at $hour:$minute comes once on every local day from 2020 to 2030',
    ({ zone, hour, minute, skipped }) => {
      const there = localClock(zone);
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
      // Only a skipped time comes at another local time.
      expect(shifted).toHaveLength(skipped);
    },
  );

  it('does not depend on the time of day of the call', () => {
    const howe = daily(2, 15, 'Australia/Lord_Howe');
    const dues = new Set<number>();
    for (let now = at('2026-10-02T16:00:00Z'); now < at('2026-10-03T15:45:00Z'); now += 7 * 60_000) {
      dues.add(digestDue(howe, now));
    }
    expect([...dues].map(iso)).toEqual(['2026-10-03T15:45:00.000Z']);
  });
});

describe('digestDue, weekly', () => {
  const weekly = (weekday: number, timeZone: string, hour = 7, minute = 30) =>
    ({ mode: 'weekly', weekday, hour, minute, timeZone }) as const;

  it.each([
    // 2026-03-01 is a Sunday.
    ['2026-03-01T10:00:00Z', 1, '2026-03-02T06:30:00.000Z'],
    ['2026-03-02T06:29:59Z', 1, '2026-03-02T06:30:00.000Z'],
    ['2026-03-02T06:30:00Z', 1, '2026-03-09T06:30:00.000Z'],
    ['2026-03-02T06:30:00Z', 7, '2026-03-08T06:30:00.000Z'],
    // It is already Monday in Berlin.
    ['2026-03-01T23:30:00Z', 7, '2026-03-08T06:30:00.000Z'],
    // Summer time begins.
    ['2026-03-23T06:30:00Z', 1, '2026-03-30T05:30:00.000Z'],
  ])('for a report at %s is on weekday %i at %s', (now, weekday, due) => {
    expect(iso(digestDue(weekly(weekday, 'Europe/Berlin'), at(now)))).toBe(due);
  });

  it.each(TIME_ZONES)('in %s comes once in every week from 2020 to 2030, on its day', (zone) => {
    const there = localClock(zone);
    let now = at('2019-12-31T12:00:00Z');
    let before: string | undefined;
    while (now < at('2030-12-31T12:00:00Z')) {
      // Clocks change on Sundays nearly everywhere.
      const due = digestDue(weekly(7, zone, 2, 15), now);
      expect(due).toBeGreaterThan(now);
      const { date } = there(due);
      const day = at(`${date}T00:00:00Z`);
      expect(new Date(day).getUTCDay()).toBe(0);
      if (before !== undefined) expect(day - at(`${before}T00:00:00Z`)).toBe(7 * 86_400_000);
      before = date;
      now = due;
    }
  });
});

describe('deliveryDue, in quiet hours', () => {
  const quiet = {
    hours: [{ from: { hour: 22, minute: 0 }, to: { hour: 7, minute: 0 } }],
    timeZone: 'Europe/Berlin',
  };
  const alert = { loudness: 'alert', tickAt: '2026-03-01T22:00:00.000Z' } as const;
  const welcome = { ...alert, loudness: 'welcome' } as const;
  const END = '2026-03-02T06:00:00.000Z';

  it('makes reports wait for their end, and sends them at once outside quiet hours', () => {
    const policy = { deliver: { mode: 'now' }, quiet } as const;
    expect(deliveryDue(policy, alert, at('2026-03-01T20:59:59.999Z'))).toBeUndefined();
    expect(iso(deliveryDue(policy, alert, at('2026-03-01T21:00:00Z')) ?? 0)).toBe(END);
    expect(iso(deliveryDue(policy, alert, at('2026-03-02T05:59:59.999Z')) ?? 0)).toBe(END);
    expect(deliveryDue(policy, alert, at(END))).toBeUndefined();
    expect(iso(deliveryDue(policy, welcome, at('2026-03-01T22:00:01Z')) ?? 0)).toBe(END);
  });

  it('moves a digest that falls into them to their end, and leaves others alone', () => {
    const hourly = { deliver: { mode: 'hourly' }, quiet } as const;
    expect(iso(deliveryDue(hourly, alert, at('2026-03-01T20:30:00Z')) ?? 0)).toBe(END);
    expect(iso(deliveryDue(hourly, alert, at('2026-03-01T19:30:00Z')) ?? 0)).toBe('2026-03-01T20:00:00.000Z');
    expect(iso(deliveryDue(hourly, alert, at('2026-03-02T05:30:00Z')) ?? 0)).toBe(END);
    const daily = { mode: 'daily', hour: 3, minute: 0, timeZone: 'Europe/Berlin' } as const;
    expect(iso(deliveryDue({ deliver: daily, quiet }, alert, at('2026-03-01T12:00:00Z')) ?? 0)).toBe(END);
  });

  it('sends urgent reports without waiting; a topic with digests puts them into the next digest', () => {
    const urgent = { ...alert, urgent: true };
    const night = at('2026-03-01T22:10:00Z');
    expect(deliveryDue({ deliver: { mode: 'now' }, quiet }, urgent, night)).toBeUndefined();
    expect(iso(deliveryDue({ deliver: { mode: 'hourly' }, quiet }, urgent, night) ?? 0)).toBe(
      '2026-03-01T23:00:00.000Z',
    );
  });
});
