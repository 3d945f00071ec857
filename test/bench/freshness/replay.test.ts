import { describe, expect, it } from 'vitest';
import { inventWeeks } from '../../../bench/freshness/invented-weeks.ts';
import {
  byRate,
  fixed,
  learned,
  product,
  type Rates,
  usualGap,
  usualGapByHour,
} from '../../../bench/freshness/policies.ts';
import { DEFAULT_LEARNING, LearnedRates, type RateAt } from '../../../bench/freshness/rates.ts';
import { atBudget, changeOf, type Replay, replay } from '../../../bench/freshness/replay.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// A Monday.
const START = Date.parse('2024-01-01T00:00Z');
const PERIOD = { from: START, measureFrom: START + 14 * DAY, to: START + 21 * DAY };
const RANGE = { every: 5 * MINUTE, everyAtMost: 20 * MINUTE };

const steady: RateAt = () => 2;
/** Almost all news comes in eight hours of the day. */
const daytime: RateAt = (time) => {
  const hour = Math.floor(time / HOUR) % 24;
  return hour >= 8 && hour < 16 ? 6 : 0.1;
};

function setupOf(...rates: RateAt[]): Replay & { readonly trueRates: Rates } {
  const byFeed = new Map(rates.map((rateAt, n) => [`feed ${n}`, rateAt]));
  return {
    feeds: inventWeeks(byFeed, PERIOD.from, PERIOD.to),
    period: PERIOD,
    runs: 4,
    trueRates: (id) => ({ rateAt: byFeed.get(id) as RateAt }),
  };
}

describe('fixed intervals', () => {
  it.each([10, 60])('of %i minutes find news after half of that time', (minutes) => {
    const result = replay(setupOf(steady, steady), fixed(minutes * MINUTE));
    expect(result.polls).toBeCloseTo((24 * 60) / minutes, 1);
    expect(result.mean / MINUTE).toBeGreaterThan(minutes * 0.45);
    expect(result.mean / MINUTE).toBeLessThan(minutes * 0.55);
    expect(result.p90 / MINUTE).toBeGreaterThan(minutes * 0.85);
    expect(result.p90 / MINUTE).toBeLessThan(minutes * 0.95);
  });
});

describe('the product’s policy', () => {
  const setup = setupOf(steady, daytime, () => 0.02);
  const result = replay(setup, product(RANGE));

  it('polls no more than its shortest, and no less than its longest interval', () => {
    const days = (PERIOD.to - PERIOD.measureFrom) / DAY;
    for (const { polls } of result.feeds) {
      expect(polls / setup.runs / days).toBeLessThanOrEqual(288);
      expect(polls / setup.runs / days).toBeGreaterThanOrEqual(72 - 1 / days);
    }
  });

  it('polls a busy feed more often than a quiet one', () => {
    expect(result.feeds[0]?.polls).toBeGreaterThan(1.5 * (result.feeds[2]?.polls ?? 0));
  });

  it('is the policy by rate whose rates come from the usual gap and the hour of the day', () => {
    const scale = 1.1 * Math.sqrt(RANGE.every / HOUR);
    const same = replay(setup, byRate(usualGapByHour, scale, RANGE, 'doubled'));
    expect(same.polls / result.polls).toBeCloseTo(1, 2);
    expect(same.mean / result.mean).toBeCloseTo(1, 2);
  });
});

describe('for the same number of polls', () => {
  const setup = setupOf(daytime, daytime);
  const range = { every: MINUTE, everyAtMost: 4 * HOUR };
  const reference = replay(setup, fixed(20 * MINUTE));
  const at = (rates: Rates) =>
    atBudget(setup, reference.polls, (scale) => byRate(rates, scale, range, 'any'));

  it('one interval for all finds news like a fixed one', () => {
    const found = at(() => ({ rateAt: () => 1 }));
    expect((found?.result.mean ?? 0) / reference.mean).toBeCloseTo(1, 1);
  });

  it('an oracle is no worse than a fixed interval, and what is learned comes close to it', () => {
    const oracle = at(setup.trueRates)?.result;
    const learner = at(learned(DEFAULT_LEARNING))?.result;
    expect(oracle?.polls).toBeGreaterThan(reference.polls * 0.99);
    expect(oracle?.polls).toBeLessThan(reference.polls * 1.01);
    expect(oracle?.mean).toBeLessThan(reference.mean * 0.7);
    expect(learner?.mean).toBeLessThan(reference.mean * 0.8);
    expect(learner?.mean).toBeGreaterThan((oracle?.mean ?? 0) * 0.95);
    expect(changeOf(oracle ?? reference, reference)).toMatchObject({ betterFeeds: 2 });
  });

  it('no scale leads to fewer polls than the longest interval allows', () => {
    expect(atBudget(setup, 10, (scale) => byRate(usualGap, scale, RANGE, 'any'))).toBeUndefined();
  });
});

describe('LearnedRates', () => {
  it('learns the hours and the weekend from what was discovered', () => {
    const rates = new LearnedRates(START, { ...DEFAULT_LEARNING, weekend: true });
    for (let day = 0; day < 28; day++) {
      const noon = START + day * DAY + 12.5 * HOUR;
      const count = day % 7 < 5 ? 10 : 2;
      rates.discover(
        Array.from({ length: count }, () => noon),
        noon + 20 * MINUTE,
      );
    }
    const monday = START + 28 * DAY;
    const saturday = monday + 5 * DAY;
    expect(rates.rateAt(monday + 12.5 * HOUR)).toBeGreaterThan(10 * rates.rateAt(monday));
    expect(rates.rateAt(saturday + 12.5 * HOUR)).toBeLessThan(0.6 * rates.rateAt(monday + 12.5 * HOUR));
  });

  it('has a rate before anything was discovered, which falls in silence', () => {
    const rates = new LearnedRates(START, DEFAULT_LEARNING);
    const first = rates.rateAt(START);
    expect(first).toBeGreaterThan(0);
    expect(rates.rateAt(START + 10 * DAY)).toBeLessThan(first);
    expect(rates.rateAt(START + 10 * DAY)).toBeGreaterThan(0);
  });
});

it('a policy learns nothing that its polls have not discovered', () => {
  const discovered: [number, number][] = [];
  replay({ ...setupOf(steady), runs: 1 }, (id, phase, start) => {
    const poller = fixed(30 * MINUTE)(id, phase, start);
    return {
      ...poller,
      discover: (times, now) => discovered.push(...times.map((time): [number, number] => [time, now])),
    };
  });
  expect(discovered.length).toBeGreaterThan(500);
  expect(discovered.filter(([time, now]) => time > now || now - time > 30 * MINUTE)).toEqual([]);
});
