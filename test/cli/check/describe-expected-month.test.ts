import { expect, it } from 'vitest';
import { describeExpectedMonth } from '../../../cli/check/describe-expected-month.ts';
import type { ExpectedTopic } from '../../../cli/check/expected-month.ts';

const DAY = 86_400_000;
const topic = (id: string, days: number, alerts: number, email: number, sms: number): ExpectedTopic => ({
  id,
  historyMs: days * DAY,
  month: { alerts, messages: { email, sms } },
});
const NEW: ExpectedTopic = { id: 'new', historyMs: undefined, month: undefined };

it('shows the total, then the topics with the most messages first, each with the length of its history', () => {
  const young: ExpectedTopic = { id: 'young', historyMs: DAY / 4, month: undefined };
  expect(
    describeExpectedMonth(
      [NEW, topic('few', 12, 1, 2.5, 0), young, topic('many', 30, 1_200, 2_400, 1_200)],
      undefined,
    ),
  ).toEqual([
    'expected in a month of 30 days: about 2,403 emails; about 1,200 SMS parts (based on the last 30 days; not counting 2 of 4 topics, which have too little history)',
    '  many: about 2,400 emails, 1,200 SMS parts (1,200 alerts in 30 days)',
    '  few: about 3 emails, 0 SMS parts (1 alert in 12 days)',
    '  new: no history yet',
    '  young: a history of 6 h is too short for an estimate',
  ]);
});

it('shows how many SMS parts the limit of the month allows', () => {
  expect(describeExpectedMonth([topic('a', 12, 5, 10, 700)], { month: 500 })[0]).toBe(
    'expected in a month of 30 days: about 10 emails; about 700 SMS parts, of which smsParts allows 500 (based on a history of 12 days)',
  );
});

it('says so when no topic has a history', () => {
  expect(describeExpectedMonth([topic('one', 30, 1, 1, 1)], undefined)).toEqual([
    'expected in a month of 30 days: about 1 email; about 1 SMS part (based on the last 30 days)',
    '  one: about 1 email, 1 SMS part (1 alert in 30 days)',
  ]);
  expect(describeExpectedMonth([NEW], undefined)).toEqual([
    'expected in a month of 30 days: unknown, since no topic has enough history yet',
    '  new: no history yet',
  ]);
});

it('shows at most twenty topics', () => {
  const topics = Array.from({ length: 5_000 }, (_, n) => topic(`t${n}`, 30, 1, n, 0));
  const lines = describeExpectedMonth(topics, undefined);
  expect(lines).toHaveLength(22);
  expect(lines[1]).toContain('t4999');
  expect(lines[21]).toBe('  and 4,980 more topics');
});
