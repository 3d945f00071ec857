import { describe, expect, it } from 'vitest';
import type { Document } from '../../../../functions/poll/fetch/fetch.ts';
import { plainAddress } from '../../../../functions/poll/fetch/plain-address.ts';
import { SecretAddress } from '../../../../functions/poll/fetch/secret-address.ts';
import {
  afterPoll,
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
    ['when the clock was set back since', { requestedAt: NOW + HOUR, attempts: 1 }, true],
    [
      'when the clock was set back by years',
      { leaseEnds: NOW + 900 * 24 * HOUR, renewAt: NOW + 897 * 24 * HOUR },
      true,
    ],
    ['when the lease has ended', { leaseEnds: NOW - 1, renewAt: NOW - HOUR }, true],
  ])('%s', (_, state, expected) => expect(due({ ...PUSH, ...state })).toBe(expected));
});

describe('a hub is trusted', () => {
  const lease = { ...PUSH, leaseEnds: NOW + HOUR };

  const pushedNow = (push: PushState) => afterPush(push, [NOW], NOW);

  it('after its first push, while its lease lasts', () => {
    expect(pushed(lease)).toBe(false);
    expect(pushed(pushedNow(lease))).toBe(true);
    expect(pushed({ ...pushedNow(lease), leaseEnds: NOW })).toBe(false);
  });

  it('no longer when a poll finds news that it did not push, and then only after more pushes', () => {
    let push = afterPoll(pushedNow(lease), [NOW - 6 * MINUTE], NOW);
    expect(pushed(push)).toBe(false);
    for (let n = 0; n < 8; n++) push = pushedNow(push);
    expect(pushed(push)).toBe(false);
    expect(pushed(pushedNow(push))).toBe(true);
  });

  it('no longer when it pushes late, which delays alerts as much', () => {
    expect(pushed(afterPush(pushedNow(lease), [NOW, NOW - 9 * MINUTE], NOW))).toBe(false);
  });

  it.each([
    ['no date', Number.NaN],
    ['a date in the future', NOW + HOUR],
    ['an old date', NOW - 48 * HOUR],
  ])('no longer when a poll finds news with %s; otherwise, its age is unknown', (_, date) => {
    expect(pushed(afterPoll(pushedNow(lease), [date], NOW))).toBe(false);
    expect(afterPoll(lease, [date], NOW)).toBe(lease);
    expect(pushed(afterPush(lease, [date], NOW))).toBe(true);
  });

  it('while its push may be on its way', () => {
    expect(pushed(afterPoll(pushedNow(lease), [NOW - 4 * MINUTE], NOW))).toBe(true);
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

  it('is not asked at once if every document names another topic', () => {
    const before = { ...PUSH, requestedAt: NOW - 5 * MINUTE, attempts: 1, leaseEnds: NOW + HOUR, missed: 2 };
    const document = { title: '', entries: [], push: { hubs: ['https://hub.test/'], topic: `${FEED}?t=2` } };
    const push = nextPushState(before, document, fetched, plainAddress(FEED));
    expect(push).toEqual({
      hub: PUSH.hub,
      topic: `${FEED}?t=2`,
      requestedAt: NOW - 5 * MINUTE,
      attempts: 1,
      missed: 2,
    });
    expect(push && due(push)).toBe(false);
  });

  it('may no longer push other news once the feed has another address', () => {
    const document = { title: '', entries: [], push: { hubs: ['https://hub.test/'], topic: FEED } };
    const section = 'https://herald.test/section/feed';
    const before = { ...PUSH, leaseEnds: NOW + HOUR };
    expect(nextPushState(before, document, { ...fetched, url: section }, plainAddress(section))).toEqual({
      hub: PUSH.hub,
      topic: FEED,
      leaseEnds: NOW + HOUR,
    });
  });

  it('keeps its subscription while the document names it', () => {
    const before = { ...PUSH, leaseEnds: NOW };
    const document = { title: '', entries: [], push: { hubs: ['https://hub.test/'], topic: FEED } };
    expect(nextPushState(before, document, fetched, plainAddress(FEED))).toBe(before);
    expect(nextPushState(before, { title: '', entries: [] }, fetched, plainAddress(FEED))).toBeUndefined();
  });
});
