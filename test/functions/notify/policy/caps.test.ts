import { describe, expect, it } from 'vitest';
import { quotaWindowsOf } from '../../../../functions/notify/policy/caps.ts';
import { RetryLater } from '../../../../functions/shared/errors.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';
import { sampled } from '../../../helpers/size.ts';
import { followUps, type HarnessTopic, LEASE, NotifyHarness } from '../notify-harness.ts';
import { clockChanges, localClock, TIME_ZONES } from '../time-zones.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STORIES = [
  'Kessel bridge opens after nine years',
  'Ferry strike goes on',
  'Herring quota doubled',
  'Owls return to Tolmark',
  'Old lighthouse sold',
];

describe('quota windows', () => {
  it.each(TIME_ZONES)(
    'in %s: follow local hours and days, over clock changes from 2020 to 2030',
    (timeZone) => {
      const there = localClock(timeZone);
      const of = {
        topicId: 'a',
        atMost: { hour: 1, day: 1, timeZone },
        protocols: ['email', 'sms'],
      } as const;
      for (const day of [...sampled(clockChanges(timeZone), 8), Date.UTC(2026, 6, 1)]) {
        let [hour, date] = [0, 0];
        for (let now = day - 30 * HOUR; now < day + 30 * HOUR; now += 10 * MINUTE) {
          const windows = quotaWindowsOf(of, now);
          const [hourEnds, dayEnds] = [windows.hour?.until ?? 0, windows.day?.until ?? 0];
          expect(hourEnds).toBeGreaterThan(now);
          expect(hourEnds - now).toBeLessThanOrEqual(HOUR);
          expect(dayEnds).toBeGreaterThan(now);
          // Consecutive windows: the next begins where one ends.
          if (hour > now) expect(hourEnds).toBe(hour);
          if (date > now) expect(dayEnds).toBe(date);
          [hour, date] = [hourEnds, dayEnds];
          expect(there(dayEnds - 1).date).toBe(there(now).date);
          expect(there(dayEnds).date > there(now).date).toBe(true);
          expect(windows.hour?.sk).toBe(`SENT#hour#${new Date(hourEnds).toISOString()}`);
        }
      }
    },
  );
});

describe('caps', () => {
  const capped = (atMost: { hour?: number; day?: number; byDefault?: true }, topic: HarnessTopic = {}) =>
    new NotifyHarness(memoryTable(), { atMost: { ...atMost, timeZone: 'UTC' }, ...topic });
  const tell = async (harness: NotifyHarness, from = 0, to = STORIES.length) => {
    for (const [n, title] of STORIES.slice(from, to).entries()) {
      harness.now += 1;
      await harness.receive(harness.hit({ id: `item-${from + n}`, title }));
    }
  };

  it('let an hour’s worth of alerts through at once, and put the others into a digest at the end of the hour', async () => {
    const harness = capped({ hour: 2 });
    await tell(harness);
    expect(harness.titles()).toEqual([[STORIES[0]], [STORIES[1]]]);
    harness.now += 29 * MINUTE;
    await harness.tick();
    expect(harness.published).toHaveLength(2);
    harness.now += MINUTE;
    await harness.tick();
    expect(harness.titles().slice(2)).toEqual([STORIES.slice(2)]);
    await harness.receive(harness.hit({ id: 'later', title: 'A new mayor for Veloza' }));
    expect(harness.titles().at(-1)).toEqual(['A new mayor for Veloza']);
  });

  it('of a day: the rest comes at the next midnight, without an earlier digest', async () => {
    const harness = capped({ hour: 2, day: 3 });
    await tell(harness, 0, 2);
    harness.now += HOUR;
    await tell(harness, 2);
    expect(harness.titles()).toEqual([[STORIES[0]], [STORIES[1]], [STORIES[2]]]);
    harness.now = Date.parse('2026-03-01T23:59:00Z');
    await harness.tick();
    expect(harness.published).toHaveLength(3);
    harness.now += MINUTE;
    await harness.tick();
    expect(harness.titles().at(-1)).toEqual([STORIES[3], STORIES[4]]);
  });

  it('of a day by default: the rest comes with the next full hour', async () => {
    const harness = capped({ hour: 2, day: 3, byDefault: true });
    await tell(harness, 0, 2);
    harness.now += HOUR;
    await tell(harness, 2);
    expect(harness.titles()).toEqual([[STORIES[0]], [STORIES[1]], [STORIES[2]]]);
    harness.now = Math.ceil(harness.now / HOUR) * HOUR;
    await harness.tick();
    expect(harness.titles().at(-1)).toEqual([STORIES[3], STORIES[4]]);
  });

  it('overflow into the end of the following quiet hours', async () => {
    const hours = [{ from: { hour: 10, minute: 0 }, to: { hour: 12, minute: 0 } }];
    const harness = capped({ hour: 1 }, { quiet: { hours, timeZone: 'UTC' } });
    await tell(harness, 0, 2);
    expect((await harness.dueDigests()).length).toBe(0);
    harness.now = Date.parse('2026-03-01T12:00:00Z');
    await harness.tick();
    expect(harness.titles()).toEqual([[STORIES[0]], [STORIES[1]]]);
  });

  it('count an alert once however often it is tried, and a retold story not again', async () => {
    const harness = capped({ hour: 2 });
    const first = harness.hit({ id: 'item-0', title: STORIES[0] ?? '' });
    harness.answers.push('throttled', 'throttled');
    for (let n = 0; n < 2; n++) await expect(harness.receive(first)).rejects.toBeInstanceOf(RetryLater);
    await harness.receive(first);
    harness.now += HOUR;
    await harness.receive(harness.hit({ id: 'retold', title: STORIES[0] ?? '', feed: 'The Herald' }));
    await tell(harness, 1, 3);
    expect(harness.titles()).toEqual([[STORIES[0]], [STORIES[1]], [STORIES[2]]]);
  });

  it('survive a crash: the worker that takes over sends at once what was to be sent at once', async () => {
    const harness = capped({ hour: 1 });
    const first = harness.hit({ id: 'item-0', title: STORIES[0] ?? '' });
    harness.answers.push('vanished');
    await expect(harness.receive(first)).rejects.toBeInstanceOf(RetryLater);
    await tell(harness, 1, 2);
    harness.now += LEASE + 1;
    await harness.receive(first);
    expect(harness.titles()).toEqual([[STORIES[0]]]);
    harness.now += HOUR;
    await harness.tick();
    expect(harness.titles()).toEqual([[STORIES[0]], [STORIES[1]]]);
  });

  it('count follow-ups that are sent at once, too', async () => {
    const harness = capped({ hour: 1 }, { followUps: followUps('all') });
    await tell(harness, 0, 1);
    harness.now += MINUTE;
    await harness.receive(harness.hit({ id: 'item-0', title: 'Storm shuts the crossing' }));
    expect(harness.published).toHaveLength(1);
    harness.now += HOUR;
    await harness.tick();
    expect(harness.titles().at(-1)).toEqual(['Storm shuts the crossing']);
  });
});
