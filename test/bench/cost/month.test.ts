import { expect, it } from 'vitest';
import { growth } from '../../../bench/cost/check.ts';
import type { BilledDay } from '../../../bench/cost/day.ts';
import { dailyGbSeconds, monthOf, scaled } from '../../../bench/cost/month.ts';

const times = (waited: number) => ({
  dispatch: { waited, peak: 1 },
  poll: { waited, peak: 1 },
  match: { waited, peak: 1 },
  notify: { waited, peak: 1 },
});
const processor = { dispatch: 0, poll: 0, match: 0, notify: 0 };
const day = (counts: BilledDay['counts'], stored: BilledDay['stored'] = {}): BilledDay => ({
  counts,
  times: times(1_000),
  processor,
  stored,
});

it('a month is thirty days for each service', () => {
  const usage = monthOf(
    day({
      'dynamodb.write.item': 10,
      'dynamodb.write.index': 1,
      'sqs.feeds.send': 2,
      'sqs.feeds.fair': 2,
      'sqs.items.empty': 3,
      'sqs.hits.receive': 4,
      'lambda.poll.invocations': 5,
      'logs.bytes': 1e9,
    }),
  );
  expect(usage).toMatchObject({
    'dynamodb-write': 330,
    'sqs-standard': 150,
    'sqs-fifo': 120,
    'sqs-fair': 60,
    'lambda-requests': 150,
    'logs-ingested': 30,
    'logs-stored': 4.5,
  });
});

it('storage is calculated for the time when as much expires as is written', () => {
  const usage = monthOf(
    day({}, { item: { bytes: 5e9, added: 1e7 }, 'feed state': { bytes: 1e8, added: 5 } }),
  );
  expect(usage['dynamodb-storage']).toBeCloseTo(1);
});

it('a stage is billed for waiting, for work on its part of a processor, for rounding and for starts', () => {
  // poll has 512 MB, which is half a GB and 512 / 1,769 of a processor.
  expect(dailyGbSeconds('poll', { invocations: 0, waited: 2_000, processor: 0, peak: 0 })).toBe(1);
  expect(dailyGbSeconds('poll', { invocations: 0, waited: 0, processor: 512, peak: 0 })).toBeCloseTo(0.8845);
  expect(dailyGbSeconds('poll', { invocations: 4_000, waited: 0, processor: 0, peak: 0 })).toBe(1);
  expect(dailyGbSeconds('poll', { invocations: 0, waited: 0, processor: 0, peak: 1 })).toBe(3);
});

it('a sample is scaled, except for ticks and idle queues; messages of dispatch are counted with all feeds', () => {
  const sample = day({
    'lambda.poll.invocations': 10,
    'lambda.dispatch.invocations': 1_440,
    'dynamodb.write.last tick': 1_440,
    'sqs.feeds.empty': 7,
    'sqs.feeds.send': 9,
    'sqs.feeds.fair': 29,
  });
  const dispatch = { ...day({ 'sqs.feeds.send': 100 }), times: times(3_000) };
  const { counts, times: scaledTimes } = scaled(sample, 100, dispatch, 15);
  expect(counts).toEqual({
    'lambda.poll.invocations': 1_000,
    'lambda.dispatch.invocations': 1_440,
    'dynamodb.write.last tick': 1_440,
    'sqs.feeds.empty': 7,
    'sqs.feeds.send': 9_600,
    'sqs.feeds.fair': 11_600,
  });
  expect(scaledTimes.dispatch.waited).toBe(3_000 * 96);
  expect(scaledTimes.poll.waited).toBe(100_000);
});

it('growth is reported for new counters and for those more than 5 % above the accepted value', () => {
  expect(growth({ a: 100, b: 100 }, { a: 105, b: 50 })).toEqual([]);
  expect(growth({ a: 100 }, { a: 106, b: 1 })).toEqual([
    'a: expected at most 5 % more than 100, got 106 (+6.0 %)',
    'b: expected at most 5 % more than 0, got 1 (new)',
  ]);
});
