import { expect, it } from 'vitest';
import { newsIdentity, type OutboxDelivery, toOutboxEntry } from '../../local/outbox/outbox-entry.ts';
import { alertOf, publishedMessage } from '../helpers/sample-alerts.ts';
import { chatVerdictOn } from './chat-verdict.ts';
import type { ReceivedPost } from './faulty-webhook.ts';

const TO = '127.0.0.1/…3fa91c';
const publish = (how: OutboxDelivery['how']) =>
  toOutboxEntry(publishedMessage('a', alertOf()), [{ protocol: 'webhook', endpoint: TO, how }]);
const post = (more: Partial<ReceivedPost> = {}): ReceivedPost => ({
  id: newsIdentity(publish('sent'), TO),
  body: publishedMessage('a').bodies.http ?? '',
  run: 1,
  isSigned: true,
  outcome: 'answered',
  ...more,
});
const verdict = (how: OutboxDelivery['how'], posts: readonly ReceivedPost[]) =>
  chatVerdictOn({ publishes: [publish(how)], posts });

it('accepts a message that was sent once, or again after an unclear answer or a kill', () => {
  expect(verdict('sent', [post()])).toEqual({ expected: 1, lost: 0, copies: 0, faults: [] });
  expect(verdict('sent', [post({ outcome: 'refused' }), post()]).faults).toEqual([]);
  expect(verdict('sent', [post({ outcome: 'unanswered' }), post()])).toMatchObject({ copies: 1, faults: [] });
  expect(verdict('sent', [post(), post({ run: 2 })])).toMatchObject({ copies: 1, faults: [] });
});

it.each<[OutboxDelivery['how'], ReceivedPost[], RegExp]>([
  ['sent', [], /never taken/],
  ['sent', [post({ outcome: 'refused' })], /never taken/],
  ['sent', [post({ body: '{}' })], /without its news/],
  ['waiting', [post()], /ended as waiting/],
  ['failed', [post()], /ended as failed/],
  ['sent', [post({ isSigned: false })], /no valid signature/],
  ['sent', [post(), post()], /certainly been accepted/],
  ['sent', [post(), post({ id: 'x' })], /belongs to no publish/],
  ['sent', [post({ outcome: 'unanswered' }), post({ body: `${post().body} ` })], /another body/],
])('finds a fault: %s, %j', (how, posts, expected) => {
  expect(verdict(how, posts).faults).toEqual([expect.stringMatching(expected)]);
});
