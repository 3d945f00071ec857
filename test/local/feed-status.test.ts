import { beforeEach, expect, it } from 'vitest';
import { FeedStatuses } from '../../local/feed-status.ts';

const feed = (id: string, enabled = true) => ({
  id,
  url: `http://news.example/${id}`,
  title: id,
  every: 60_000,
  everyAtMost: 60_000,
  offset: 0,
  tags: [],
  enabled,
});

let statuses: FeedStatuses;
beforeEach(() => {
  statuses = new FeedStatuses([feed('a'), feed('b'), feed('off', false)]);
});

const failure = { outcome: 'failed', kind: 'unreachable', detail: 'ENOTFOUND', failures: 1 } as const;

it('prints items, a failure, a recovery and the result of the first poll', () => {
  const printed = (
    [
      { outcome: 'changed', new: 30, edited: 0, first: true },
      { outcome: 'unchanged' },
      { outcome: 'changed', new: 1, edited: 2, first: false },
      { outcome: 'unchanged' },
      failure,
      { ...failure, failures: 2 },
      { outcome: 'waiting' },
      { outcome: 'unchanged' },
      { outcome: 'unchanged' },
    ] as const
  ).map((fields) => statuses.recordPoll({ feedId: 'a', ...fields }));
  expect(printed).toEqual([
    '30 items (first poll)',
    undefined,
    '1 new, 2 edited',
    undefined,
    'failed (unreachable): ENOTFOUND',
    'failed 2 times in a row (unreachable): ENOTFOUND',
    undefined,
    'unchanged',
    undefined,
  ]);
  expect(statuses.recordPoll({ feedId: 'b', outcome: 'changed', new: 1, edited: 0, first: true })).toBe(
    '1 item (first poll)',
  );
  expect(statuses.recordPoll({ feedId: 'b', ...failure })).toBe('failed (unreachable): ENOTFOUND');
  expect(statuses.recordPoll({ feedId: 'b', outcome: 'unchanged' })).toBe('unchanged');
  expect(statuses.recordPoll({ feedId: 'nobody', outcome: 'unchanged' })).toBeUndefined();
});

it('counts polls since the last call', () => {
  statuses.recordPoll({ feedId: 'a', outcome: 'unchanged' });
  statuses.recordPoll({ feedId: 'b', ...failure });
  expect(statuses.takeCounts()).toEqual({ changed: 0, unchanged: 1, failed: 1 });
  expect(statuses.takeCounts()).toEqual({ changed: 0, unchanged: 0, failed: 0 });
});

it('knows when all feeds have answered, and when none can be reached', () => {
  expect(statuses.isComplete()).toBe(false);
  expect(statuses.isUnreachable()).toBe(false);
  statuses.recordPoll({ feedId: 'a', ...failure });
  statuses.recordPoll({ feedId: 'b', ...failure, kind: 'status', detail: 'HTTP 500' });
  expect(statuses.isComplete()).toBe(true);
  expect(statuses.isUnreachable()).toBe(false);
  statuses.recordPoll({ feedId: 'b', ...failure, kind: 'timeout' });
  expect(statuses.isUnreachable()).toBe(true);
  statuses.recordPoll({ feedId: 'a', outcome: 'unchanged' });
  expect(statuses.isUnreachable()).toBe(false);
});

it('treats feeds that are left alone as reported, but not as unreachable', () => {
  statuses.recordPoll({ feedId: 'a', outcome: 'resting' });
  expect(statuses.isComplete()).toBe(false);
  statuses.recordPoll({ feedId: 'b', ...failure });
  expect(statuses.isComplete()).toBe(true);
  expect(statuses.isUnreachable()).toBe(true);
  statuses.recordPoll({ feedId: 'a', outcome: 'stopped' });
  expect(statuses.isUnreachable()).toBe(true);
});

it('is never unreachable without feeds', () => {
  expect(new FeedStatuses([]).isUnreachable()).toBe(false);
});

it("keeps a feed's status over a reload unless its address changes", () => {
  statuses.recordPoll({ feedId: 'a', outcome: 'unchanged' });
  statuses.recordPoll({ feedId: 'b', ...failure });
  statuses.setFeeds([
    { ...feed('a'), title: 'A' },
    { ...feed('b'), url: 'http://news.example/other' },
    feed('c'),
  ]);
  expect(statuses.all().map(({ id, title, lastOutcome }) => ({ id, title, lastOutcome }))).toEqual([
    { id: 'a', title: 'A', lastOutcome: 'unchanged' },
    { id: 'b', title: 'b', lastOutcome: null },
    { id: 'c', title: 'c', lastOutcome: null },
  ]);
  expect(statuses.isComplete()).toBe(false);
  statuses.recordPoll({ feedId: 'c', outcome: 'unchanged' });
  statuses.setFeeds([feed('c')]);
  expect(statuses.isComplete()).toBe(true);
  expect(statuses.isUnreachable()).toBe(false);
});
