import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../functions/poll/fetch/fetch.ts';
import { plainAddress } from '../../../../functions/poll/fetch/plain-address.ts';
import { SecretAddress } from '../../../../functions/poll/fetch/secret-address.ts';
import {
  afterNews,
  afterPush,
  isPushed,
  isSubscriptionDue,
  nextPushState,
} from '../../../../functions/poll/push/push-state.ts';
import { NEW_FEED_STATE, type PushState } from '../../../../functions/shared/store/feed-states.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FEED = 'https://herald.test/feed';
const PUSH: PushState = { hub: 'https://hub.test/', topic: FEED, exact: true };

const due = (push: PushState) => isSubscriptionDue({ ...NEW_FEED_STATE, push }, NOW);
const pushed = (push: PushState) => isPushed({ ...NEW_FEED_STATE, push }, NOW);

describe('a subscription is requested', () => {
  it.each<[string, Partial<PushState>, boolean]>([
    ['when the hub is new', {}, true],
    ['not twice within an hour', { requestedAt: NOW - 59 * MINUTE, attempts: 1 }, false],
    ['again after an hour without confirmation', { requestedAt: NOW - HOUR, attempts: 1 }, true],
    ['less and less often', { requestedAt: NOW - 3 * HOUR, attempts: 3 }, false],
    ['once a day at least', { requestedAt: NOW - 24 * HOUR, attempts: 40 }, true],
    ['not while the lease is young', { leaseEnds: NOW + 9 * HOUR, renewAt: NOW + HOUR }, false],
    ['when the lease is to be renewed', { leaseEnds: NOW + HOUR, renewAt: NOW - 1 }, true],
    ['when the lease has ended', { leaseEnds: NOW - 1, renewAt: NOW - HOUR }, true],
  ])('%s', (_, state, expected) => expect(due({ ...PUSH, ...state })).toBe(expected));
});

describe('a hub is trusted', () => {
  const lease = { ...PUSH, leaseEnds: NOW + HOUR };

  it('after its first push, while its lease lasts', () => {
    expect(pushed(lease)).toBe(false);
    expect(pushed(afterPush(lease))).toBe(true);
    expect(pushed({ ...afterPush(lease), leaseEnds: NOW })).toBe(false);
  });

  it('no longer when a poll finds news that it did not push, and then only after more pushes', () => {
    let push = afterNews(afterPush(lease), [NOW - 6 * MINUTE], NOW, false);
    expect(pushed(push)).toBe(false);
    for (let n = 0; n < 8; n++) push = afterPush(push);
    expect(pushed(push)).toBe(false);
    expect(pushed(afterPush(push))).toBe(true);
  });

  it('while its push may be on its way, or brings the poll about', () => {
    expect(pushed(afterNews(afterPush(lease), [NOW - 4 * MINUTE], NOW, false))).toBe(true);
    expect(pushed(afterNews(lease, [NOW - 9 * MINUTE], NOW, true))).toBe(true);
  });
});

describe('the hub of a document', () => {
  const fetched = { kind: 'document', url: FEED, bytes: Buffer.alloc(0), contentType: '' } as Document;
  const next = (hubs: string[], topic?: string, own = plainAddress(FEED)) =>
    nextPushState(
      undefined,
      { title: '', entries: [], push: { hubs, ...(topic ? { topic } : {}) } },
      fetched,
      own,
    );

  it('is the first usable one, over https', () => {
    expect(next(['ftp//', 'http://hub.test/', 'https://other.test/'])).toEqual(PUSH);
  });

  it('on this machine is only for feeds on this machine', () => {
    expect(next(['http://127.0.0.1:8080/'])?.hub).toBe('https://127.0.0.1:8080/');
    const local = nextPushState(
      undefined,
      { title: '', entries: [], push: { hubs: ['http://127.0.0.1:8080/'] } },
      { ...fetched, url: 'http://127.0.0.1:9000/feed' },
      plainAddress('http://127.0.0.1:9000/feed'),
    );
    expect(local?.hub).toBe('http://127.0.0.1:8080/');
  });

  it.each([
    ['the address that is polled', FEED, true],
    ['its other spelling', 'http://www.herald.test/feed/', true],
    ['another address, whose content may be other news', 'https://herald.test/all', undefined],
  ])('pushes %s', (_, topic, exact) => expect(next(['https://hub.test/'], topic)?.exact).toBe(exact));

  it('never learns a secret of the feed’s address', () => {
    const own = new SecretAddress(`${FEED}?key=\${KEY}`, new Map([['KEY', 'cnryD5k1Wq8Zt3']]));
    expect(next(['https://hub.test/'], own.url, own)).toBeUndefined();
    expect(next(['https://hub.test/'], `${FEED}?token=cnryD5k1Wq8Zt3aa`)).toBeUndefined();
  });

  it('keeps its subscription while the document names it', () => {
    const before = { ...PUSH, leaseEnds: NOW };
    const document = { title: '', entries: [], push: { hubs: ['https://hub.test/'], topic: FEED } };
    expect(nextPushState(before, document, fetched, plainAddress(FEED))).toBe(before);
    expect(nextPushState(before, { title: '', entries: [] }, fetched, plainAddress(FEED))).toBeUndefined();
  });
});
