import { describe, expect, it } from 'vitest';
import { billOf, withoutDelivery } from '../../../cli/cost/bill.ts';

const of = (usage: Parameters<typeof billOf>[0]) => {
  const { full, withFree } = billOf(usage);
  return { full: Number(full.toFixed(6)), withFree: Number(withFree.toFixed(6)) };
};

describe('a bill', () => {
  it('prices the use beyond the free allowance', () => {
    expect(of({ alarms: 13 })).toEqual({ full: 1.3, withFree: 0.3 });
    expect(of({ alarms: 10 })).toEqual({ full: 1, withFree: 0 });
    expect(of({ 'lambda-duration': 400_001 })).toEqual({ full: 5.333373, withFree: 0.000013 });
    expect(of({ 'sns-email': 101_000 })).toEqual({ full: 2.02, withFree: 2 });
  });

  it('has no free allowance for DynamoDB on demand', () => {
    expect(of({ 'dynamodb-write': 2_000_000, 'dynamodb-read': 1_000_000 })).toEqual({
      full: 1.375,
      withFree: 1.375,
    });
  });

  it('applies the free million SQS requests once, to the cheaper standard queues first', () => {
    expect(of({ 'sqs-standard': 600_000, 'sqs-fifo': 600_000 })).toEqual({ full: 0.54, withFree: 0.1 });
    expect(of({ 'sqs-standard': 3_000_000, 'sqs-fifo': 1_000_000 })).toEqual({ full: 1.7, withFree: 1.3 });
  });

  it('has lines only for what is used, and can exclude deliveries', () => {
    const bill = billOf({ 'sns-publish': 10, 'sns-email': 2_000, metrics: 0 });
    expect(bill.lines.map(({ name }) => name)).toEqual(['sns-publish', 'sns-email']);
    expect(bill.withFree).toBeCloseTo(0.02);
    expect(withoutDelivery(bill).withFree).toBe(0);
  });
});
