import { expect, it } from 'vitest';
import { type OutboxDelivery, toOutboxEntry } from '../../local/outbox/outbox-entry.ts';
import { alertOf, publishedMessage } from '../helpers/sample-alerts.ts';
import type { ReceivedSms } from '../local/sms/sns-stand-in.ts';
import { smsVerdictOn } from './sms-verdict.ts';

const TO = '+4915112345678';
const publish = (id: string, how: OutboxDelivery['how']) =>
  toOutboxEntry(publishedMessage(id, alertOf({ id: 'alert' })), [{ protocol: 'sms', endpoint: TO, how }]);
const text = publish('a', 'sent').bodies.sms;
const received = (...outcomes: ReceivedSms['outcome'][]): ReceivedSms[] =>
  outcomes.map((outcome) => ({ to: TO, text, attributes: {}, signedBy: '', outcome }));
const verdict = (how: OutboxDelivery['how'], sms: readonly ReceivedSms[], spent = 1) =>
  smsVerdictOn({ publishes: [publish('a', how)], received: sms, spent, price: 0.5 }).faults;

it('accepts an SMS that was sent once, refused before, or may have been sent', () => {
  expect(verdict('sent', received('accepted'))).toEqual([]);
  expect(verdict('sent', received('refused', 'refused', 'accepted'))).toEqual([]);
  expect(verdict('unknown', received('unanswered'))).toEqual([]);
  expect(verdict('unknown', [])).toEqual([]);
});

it.each<[OutboxDelivery['how'], ReceivedSms[], number, RegExp]>([
  ['sent', received('accepted', 'accepted'), 1, /took the SMS to .*\s.* 2 times, expected 1/],
  ['sent', received('unanswered', 'accepted'), 1, /2 times/],
  ['sent', received('refused'), 1, /ended as sent, but SNS never accepted it/],
  ['waiting', [], 1, /ended as waiting/],
  ['sent', received('accepted'), 0.4, /counted \$0\.4 for 1 SMS of \$0\.5/],
])('finds a fault: %s, %j', (how, sms, spent, expected) => {
  expect(verdict(how, sms, spent)).toEqual([expect.stringMatching(expected)]);
});

it('allows one SMS if an alert was published twice', () => {
  const publishes = [publish('a', 'sent'), publish('b', 'sent')];
  const faultsOf = (sms: readonly ReceivedSms[]) =>
    smsVerdictOn({ publishes, received: sms, spent: 1, price: 0.5 }).faults;
  expect(faultsOf(received('accepted'))).toEqual([]);
  expect(faultsOf(received('accepted', 'accepted'))).toHaveLength(1);
});
