import { describe, expect, it } from 'vitest';
import { isDue, pollOffsets } from '../../../functions/shared/poll-schedule.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const withoutOffset = (id: string, every: number, url = `https://${id}.test/feed.xml`) => ({
  id,
  url,
  every,
});
type ScheduledFeed = ReturnType<typeof scheduledFeed>;
function scheduledFeed(id: string, every: number) {
  const feed = withoutOffset(id, every);
  return { ...feed, offset: pollOffsets([feed]).get(id) ?? 0 };
}
const INTERVALS = [1, 2, 5, 7, 15, 60, 90, 360, 1_440].map((minutes) => minutes * MINUTE);
const FEEDS = INTERVALS.flatMap((every) =>
  Array.from({ length: 5 }, (_, n) => scheduledFeed(`f${n}-${every / MINUTE}`, every)),
);

describe('a scheduled poll', () => {
  /** Counts how often each feed is due when ticks come at these times. */
  function counts(times: readonly number[]): Map<ScheduledFeed, number> {
    const found = new Map(FEEDS.map((feed) => [feed, 0]));
    times.slice(1).forEach((now, n) => {
      for (const feed of FEEDS) {
        if (isDue(feed, times[n] ?? 0, now)) found.set(feed, (found.get(feed) ?? 0) + 1);
      }
    });
    return found;
  }
  const minutes = Array.from({ length: 2 * 1_440 + 1 }, (_, n) => START + n * MINUTE);

  it('comes once in each interval, all day long', () => {
    for (const [{ every }, count] of counts(minutes)) expectPolls(count, 2 * DAY, every);
  });

  it('comes as often when ticks are some seconds late', () => {
    const late = minutes.map((time, n) => time + ((n * 7_919) % 60_000));
    expect(counts(late)).toEqual(counts(minutes));
  });

  it('comes once after missed ticks, however many', () => {
    const gaps = minutes.filter((_, n) => n < 100 || n % 97 === 0);
    const span = (gaps.at(-1) ?? 0) - START;
    for (const [{ every }, count] of counts(gaps)) {
      if (every >= 97 * MINUTE) expectPolls(count, span, every);
      else expect(count).toBeGreaterThanOrEqual(gaps.length - 101);
    }
    for (const feed of FEEDS) expect(isDue(feed, START, START + 30 * DAY)).toBe(true);
  });

  function expectPolls(count: number, span: number, every: number): void {
    expect(Math.abs(count - span / every)).toBeLessThan(1);
    if (span % every === 0) expect(count).toBe(span / every);
  }

  it('does not come twice in a minute, or before its time', () => {
    for (const feed of FEEDS) {
      expect(isDue(feed, START + SECOND, START + 59 * SECOND)).toBe(false);
      expect(isDue(feed, START, START)).toBe(false);
      expect(isDue(feed, START, START - DAY)).toBe(false);
    }
  });

  it('comes at once for a feed that was never dispatched', () => {
    for (const feed of FEEDS) expect(isDue(feed, Number.NEGATIVE_INFINITY, START)).toBe(true);
  });

  it('is spread over the interval that many feeds share', () => {
    const many = Array.from({ length: 600 }, (_, n) => scheduledFeed(`feed-${n}`, 60 * MINUTE));
    const perMinute = minutes
      .slice(1, 61)
      .map((now, n) => many.filter((feed) => isDue(feed, minutes[n] ?? 0, now)).length);
    expect(perMinute.reduce((sum, count) => sum + count)).toBe(600);
    expect(Math.max(...perMinute)).toBeLessThan(30);
  });

  it.each([1, 2, 3])('comes less often with the interval doubled %d times', (doublings) => {
    for (const feed of FEEDS) {
      const due = (times: number) =>
        minutes.slice(1).filter((now, n) => isDue(feed, minutes[n] ?? 0, now, times));
      const slower = due(doublings);
      expect(Math.abs(slower.length - (2 * DAY) / (feed.every * 2 ** doublings))).toBeLessThan(1);
      // Times of the longer interval are also times of the shorter one, so a change of interval skips no poll.
      const faster = new Set(due(doublings - 1));
      expect(slower.filter((turn) => !faster.has(turn))).toEqual([]);
    }
  });
});

describe('the polls of one host', () => {
  const many = Array.from({ length: 100 }, (_, n) =>
    withoutOffset(`feed-${n}`, 5 * MINUTE, `https://many.test/${n}.xml`),
  );
  const withOffsets = (all: typeof many) => {
    const offsets = pollOffsets(all);
    return all.map((feed) => ({ ...feed, offset: offsets.get(feed.id) ?? 0 }));
  };
  const perMinute = (all: ReturnType<typeof withOffsets>) =>
    Array.from({ length: 60 }, (_, n) => START + n * MINUTE).map(
      (time) => all.filter((feed) => isDue(feed, time, time + MINUTE)).length,
    );

  it('are spread evenly', () => {
    expect(new Set(perMinute(withOffsets(many)))).toEqual(new Set([20]));
  });

  it('do not depend on the order in the file', () => {
    const offsets = pollOffsets(many.toReversed());
    for (const { id, offset } of withOffsets(many)) expect(offsets.get(id)).toBe(offset);
  });
});
