import { expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { describeWorstDay, worstDay } from '../../config/worst-day.ts';

const RECIPIENTS = `recipients:
  - { email: ann@mail.org, sms: "+4930123456" }
  - { email: bob@mail.org }
`;
const worst = (topic: string, defaults = '') => {
  const text = `defaults: { ${defaults} }\ntopics: [{ id: a, match: x, ${topic} }]\n${RECIPIENTS}`;
  const { config, subscriptions } = parseConfig(text, 'news.yaml', {});
  return worstDay(config, subscriptions);
};
const atMost = (messages: number) => ({ messages, unbounded: [] });

it.each([
  ['deliver: daily at 07:00', 2, 1],
  ['deliver: weekly on monday at 07:00', 2, 1],
  ['deliver: hourly', 50, 25],
  ['deliver: hourly, quiet: 22:00 to 07:00', 34, 17],
  // On the day without quiet hours, or on the day with a digest of what waited.
  ['deliver: hourly, quiet: 22:00 to 07:00 on monday to saturday', 46, 23],
  ['deliver: hourly, quiet: [22:00 to 07:00, 12:00 to 13:00, 13:30 to 15:00]', 34, 17],
  ['deliver: hourly, quiet: 00:00 to 00:00 on sunday', 50, 25],
  ['deliver: daily at 23:00, quiet: 22:00 to 07:00 on saturday', 4, 2],
  ['deliver: weekly on sunday at 23:00, quiet: 22:00 to 07:00 on sunday', 2, 1],
  // Ten alerts, a digest of each hour with a cap, one at midnight, and the round-up by email.
  ['atMost: { day: 10 }', 24, 11],
  ['atMost: { day: 10 }, roundUp: off', 22, 11],
  ['atMost: { day: 10 }, followUps: all, sms: { followUps: all }', 24, 11],
  ['atMost: { day: 10 }, email: { deliver: hourly }', 50, 11],
  ['atMost: { hour: 5, day: 10 }', 74, 36],
  ['atMost: { hour: 2 }', 152, 75],
  ['atMost: { day: 10 }, quiet: 22:00 to 07:00', 26, 12],
  // The round-up of a quiet day may come on the next day, in addition to that day's own.
  ['atMost: { day: 10 }, quiet: [22:00 to 07:00, 12:00 to 13:00 on sunday]', 30, 13],
  // By default: 200 alerts, a digest of each hour, and the round-up.
  ['', 452, 225],
  ['deliver: hourly, sms: { deliver: daily at 07:00 }', 50, 1],
])('%s: %i emails, %i SMS', (topic, emails, smsParts) => {
  expect(worst(topic)).toEqual({ email: atMost(emails), sms: atMost(smsParts) });
});

it('has no limit without caps, except for the SMS parts of the month', () => {
  expect(worst('atMost: off', 'smsParts: off')).toEqual({
    email: { messages: 0, unbounded: ['a'] },
    sms: { messages: 0, unbounded: ['a'] },
  });
  expect(worst('atMost: off', 'smsParts: { month: 90 }')).toEqual({
    email: { messages: 0, unbounded: ['a'] },
    sms: atMost(90),
  });
  expect(worst('deliver: hourly', 'smsParts: { month: 9 }').sms.messages).toBe(9);
});

it('is described in one line', () => {
  expect(describeWorstDay(worst('deliver: hourly'))).toBe(
    'on the worst day: at most 50 emails; at most 25 SMS parts',
  );
  expect(describeWorstDay({ email: atMost(1), sms: atMost(1) })).toBe(
    'on the worst day: at most 1 email; at most 1 SMS part',
  );
  expect(describeWorstDay(worst('atMost: off', 'smsParts: { month: 90 }'))).toBe(
    'on the worst day: 0 emails, plus an unlimited number for a (set atMost to limit them); at most 90 SMS parts',
  );
});
