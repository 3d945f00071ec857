import { describe, expect, it } from 'vitest';
import {
  newsIdentity,
  type OutboxDelivery,
  type OutboxEntry,
  toOutboxEntry,
} from '../../local/outbox/outbox-entry.ts';
import { alertEntry, alertOf, delivery, publishedMessage } from '../helpers/sample-alerts.ts';
import type { ReceivedMail } from './faulty-mail-server.ts';
import { mailVerdictOn } from './mail-verdict.ts';

const TO = 'ann@readers.internal';

function published(id: string, more: Partial<OutboxDelivery> = {}, topicName = 'owls'): OutboxEntry {
  const alert = alertOf({ id, topicName, entries: [alertEntry({ itemId: id, title: `owl ${id}` })] });
  return toOutboxEntry(publishedMessage(id, alert), [
    delivery('mailed', { endpoint: TO, mail: id, ...more }),
  ]);
}

function received(entry: OutboxEntry, more: Partial<ReceivedMail> = {}): ReceivedMail {
  const text = `${entry.alert?.entries[0]?.title}\nsubscribed to “${entry.alert?.topicName}”`;
  return {
    to: TO,
    messageId: `<${newsIdentity(entry, TO)}@news.internal>`,
    text,
    run: 1,
    isAnswered: true,
    ...more,
  };
}

const [a, b] = [published('a'), published('b')];
const judge = (publishes: readonly OutboxEntry[], mails: readonly ReceivedMail[]) =>
  mailVerdictOn({ publishes, mails });

describe('finds no fault in', () => {
  it.each<[string, readonly ReceivedMail[], number]>([
    ['each mail once, in order', [received(a), received(b)], 0],
    [
      'a copy of a mail that had no answer',
      [received(a, { isAnswered: false }), received(a), received(b)],
      1,
    ],
    [
      'a copy of the last mail before a kill',
      [received(a), received(a, { run: 2 }), received(b, { run: 2 })],
      1,
    ],
  ])('%s', (_, mails, copies) => {
    expect(judge([a, b], mails)).toEqual({ mails: 2, lost: 0, copies, faults: [] });
  });

  it('one mail for two publishes that contains both', () => {
    const other = published('b', { mail: 'a' }, 'barns');
    const text = 'owl a\nowl b\n“owls” and “barns”';
    expect(judge([a, other], [received(a, { text })])).toEqual({ mails: 1, lost: 0, copies: 0, faults: [] });
  });
});

describe('finds', () => {
  it.each<[RegExp, readonly OutboxEntry[], readonly ReceivedMail[]]>([
    [/^b \(.*\) for ann@readers\.internal was never mailed$/, [a, b], [received(a)]],
    [/mailed without its news$/, [a, published('b', { mail: 'a' })], [received(a)]],
    [/^a .* ended as waiting$/, [published('a', { how: 'waiting' })], [received(a)]],
    [
      /came again, although it had certainly been accepted$/,
      [a, b],
      [received(a), received(b), received(a, { run: 2 })],
    ],
    [/came after later ones$/, [a, b], [received(b), received(a)]],
    [/belongs to no publish$/, [a], [received(a), received(b)]],
  ])('%s', (fault, publishes, mails) => {
    expect(judge(publishes, mails).faults).toEqual([expect.stringMatching(fault)]);
  });
});
