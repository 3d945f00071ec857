import { describe, expect, it } from 'vitest';
import { isDue, pollOffsets } from '../../../functions/shared/poll-schedule.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const unplaced = (id: string, every: number, url = `https://${id}.test/feed.xml`) => ({ id, url, every });
type Placed = ReturnType<typeof feed>;
function feed(id: string, every: number) {
  const one = unplaced(id, every);
  return { ...one, offset: pollOffsets([one]).get(id) ?? 0 };
}
const INTERVALS = [1, 2, 5, 7, 15, 60, 90, 360, 1_440].map((minutes) => minutes * MINUTE);
const FEEDS = INTERVALS.flatMap((every) =>
  Array.from({ length: 5 }, (_, n) => feed(`f${n}-${every / MINUTE}`, every)),
);

describe('a turn', () => {
  /** How often each feed is due at ticks at these times. */
  function counts(times: readonly number[]): Map<Placed, number> {
    const found = new Map(FEEDS.map((one) => [one, 0]));
    times.slice(1).forEach((now, n) => {
      for (const one of FEEDS) {
        if (isDue(one, times[n] ?? 0, now)) found.set(one, (found.get(one) ?? 0) + 1);
      }
    });
    return found;
  }
  const minutes = Array.from({ length: 2 * 1_440 + 1 }, (_, n) => START + n * MINUTE);

  it('is once in each interval, all day long', () => {
    for (const [{ every }, count] of counts(minutes)) expectTurns(count, 2 * DAY, every);
  });

  it('is as often when ticks come late by some seconds', () => {
    const late = minutes.map((time, n) => time + ((n * 7_919) % 60_000));
    expect(counts(late)).toEqual(counts(minutes));
  });

  it('is once after ticks were left out, however many', () => {
    const gaps = minutes.filter((_, n) => n < 100 || n % 97 === 0);
    const span = (gaps.at(-1) ?? 0) - START;
    for (const [{ every }, count] of counts(gaps)) {
      if (every >= 97 * MINUTE) expectTurns(count, span, every);
      else expect(count).toBeGreaterThanOrEqual(gaps.length - 101);
    }
    for (const one of FEEDS) expect(isDue(one, START, START + 30 * DAY)).toBe(true);
  });

  function expectTurns(count: number, span: number, every: number): void {
    expect(Math.abs(count - span / every)).toBeLessThan(1);
    if (span % every === 0) expect(count).toBe(span / every);
  }

  it('is not twice in one minute, nor before', () => {
    for (const one of FEEDS) {
      expect(isDue(one, START + SECOND, START + 59 * SECOND)).toBe(false);
      expect(isDue(one, START, START)).toBe(false);
      expect(isDue(one, START, START - DAY)).toBe(false);
    }
  });

  it('is at once for what was never dispatched', () => {
    for (const one of FEEDS) expect(isDue(one, Number.NEGATIVE_INFINITY, START)).toBe(true);
  });

  it('spreads the feeds of one interval over it', () => {
    const many = Array.from({ length: 600 }, (_, n) => feed(`feed-${n}`, 60 * MINUTE));
    const perMinute = minutes
      .slice(1, 61)
      .map((now, n) => many.filter((one) => isDue(one, minutes[n] ?? 0, now)).length);
    expect(perMinute.reduce((sum, count) => sum + count)).toBe(600);
    expect(Math.max(...perMinute)).toBeLessThan(30);
  });

  it.each([1, 2, 3])('is, with the interval doubled %d times, as often less', (doublings) => {
    for (const one of FEEDS) {
      const due = (times: number) =>
        minutes.slice(1).filter((now, n) => isDue(one, minutes[n] ?? 0, now, times));
      const slower = due(doublings);
      expect(Math.abs(slower.length - (2 * DAY) / (one.every * 2 ** doublings))).toBeLessThan(1);
      // A turn at the slower pace is one at the faster, so that a change of pace passes nothing over.
      const faster = new Set(due(doublings - 1));
      expect(slower.filter((turn) => !faster.has(turn))).toEqual([]);
    }
  });
});

describe('the turns of one host', () => {
  const many = Array.from({ length: 100 }, (_, n) =>
    unplaced(`feed-${n}`, 5 * MINUTE, `https://many.test/${n}.xml`),
  );
  const placed = (all: typeof many) => {
    const offsets = pollOffsets(all);
    return all.map((one) => ({ ...one, offset: offsets.get(one.id) ?? 0 }));
  };
  const perMinute = (all: ReturnType<typeof placed>) =>
    Array.from({ length: 60 }, (_, n) => START + n * MINUTE).map(
      (time) => all.filter((one) => isDue(one, time, time + MINUTE)).length,
    );

  it('are spread evenly', () => {
    expect(new Set(perMinute(placed(many)))).toEqual(new Set([20]));
  });

  it('do not depend on the order in the file', () => {
    const offsets = pollOffsets(many.toReversed());
    for (const { id, offset } of placed(many)) expect(offsets.get(id)).toBe(offset);
  });
});
