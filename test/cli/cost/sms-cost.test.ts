import { describe, expect, it } from 'vitest';
import { describeSmsCost, smsCost, smsNumbers } from '../../../cli/cost/sms-cost.ts';
import { callingCode, SMS_PRICES } from '../../../cli/cost/sms-prices.ts';
import type { Subscription } from '../../../functions/shared/model.ts';

const US = '+12025550123';
const SWEDEN = '+46701234567';
const JAPAN = '+819012345678';

describe('the calling code', () => {
  it.each([
    [US, '1'],
    ['+79161234567', '7'],
    [SWEDEN, '46'],
    [JAPAN, '81'],
    ['+351912345678', '351'],
    ['+8801712345678', '880'],
  ])('of %s is %s', (number, code) => {
    expect(callingCode(number)).toBe(code);
  });

  it('of each price is the prefix of the price', () => {
    for (const { prefix } of SMS_PRICES) expect(callingCode(`+${prefix}5550123456`)).toBe(prefix);
  });
});

describe('the cost of SMS', () => {
  it('adds up the parts to each country', () => {
    const cost = smsCost([
      { parts: 100, numbers: [US, JAPAN] },
      { parts: 10, numbers: [US] },
    ]);
    expect(cost).toEqual({
      partsPerMonth: 210,
      dollarsPerMonth: expect.closeTo(110 * 0.00645 + 100 * 0.07451, 10),
      isExample: false,
      destinations: [
        { prefix: '+1', country: 'the US', numbers: 1, partsPerMonth: 110, dollarsPerPart: 0.00645 },
        { prefix: '+81', country: 'Japan', numbers: 1, partsPerMonth: 100, dollarsPerPart: 0.07451 },
      ],
    });
    expect(describeSmsCost(cost)).toBe(
      'SMS in a month of 30 days, to all recipients: about 210 parts, $8.16 on AWS (110 to the US at $0.00645 each; 100 to Japan at $0.07451 each; without the fees of the carriers)',
    );
  });

  it('is not guessed for a country without a known price', () => {
    const cost = smsCost([{ parts: 15, numbers: [SWEDEN] }]);
    expect(cost).not.toHaveProperty('dollarsPerMonth');
    expect(describeSmsCost(cost)).toBe(
      'SMS in a month of 30 days, to all recipients: about 15 parts (to +46, whose price is unknown; look it up at https://aws.amazon.com/sns/sms-pricing/ and give it with --sms-price)',
    );
    expect(smsCost([{ parts: 15, numbers: [SWEDEN] }], 0.05).dollarsPerMonth).toBeCloseTo(0.75);
  });

  it('is that of one number in the US if no number is concerned', () => {
    const cost = smsCost([{ parts: 20, numbers: [] }]);
    expect(describeSmsCost(cost)).toBe(
      'SMS in a month of 30 days to each recipient: about 20 parts, $0.13 on AWS (to the US at $0.00645 each; without the fees of the carriers)',
    );
  });
});

describe('the numbers that receive a topic', () => {
  const sms = (topicId: string, endpoint: string): Subscription => ({ protocol: 'sms', topicId, endpoint });
  const topics = [{ id: 'a' }, { id: 'b' }];
  const subscriptions = [
    sms('a', SWEDEN),
    sms('a', JAPAN),
    sms('b', SWEDEN),
    { ...sms('b', 'me@news-alerts.org'), protocol: 'email' as const },
  ];

  it('are those of the topic, or those that receive all topics', () => {
    expect(smsNumbers(subscriptions, topics, 'a')).toEqual([SWEDEN, JAPAN]);
    expect(smsNumbers(subscriptions, topics, 'b')).toEqual([SWEDEN]);
    expect(smsNumbers(subscriptions, topics)).toEqual([SWEDEN]);
  });
});
