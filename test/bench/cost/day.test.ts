import { expect, it } from 'vitest';
import { standardDay } from '../../../bench/cost/day.ts';
import { isLong } from '../../helpers/size.ts';

// 2 x 1,440 ticks through the SDK take long on a busy machine.
const SLOW = 120_000;

it.runIf(isLong)(
  'a day bills the same in every run, and for every poll a read, with no write where nothing is new',
  async () => {
    const options = { feeds: 2, kind: 'newspapers', topics: 2 } as const;
    const { counts } = await standardDay(options);
    expect((await standardDay(options)).counts).toEqual(counts);
    expect(counts['dynamodb.read.feed state']).toBe(2 * 96);
    expect(counts['dynamodb.write.feed state']).toBeLessThan(2 * 96);
    expect(counts['lambda.dispatch.invocations']).toBe(1_440);
    expect(counts['scheduler.invocations']).toBe(1_440);
    // Two connections wait for feeds in polls of 20 s.
    expect(counts['sqs.feeds.empty']).toBeLessThan(2 * 3 * 1_440);
    expect(counts['sqs.feeds.empty']).toBeGreaterThan(2 * 3 * 1_440 * 0.7);
  },
  SLOW,
);
