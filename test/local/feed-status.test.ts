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

let board: FeedStatuses;
beforeEach(() => {
  board = new FeedStatuses([feed('a'), feed('b'), feed('off', false)]);
});

const failure = { outcome: 'failed', kind: 'unreachable', detail: 'ENOTFOUND', failures: 1 };

it('tells what is news of a feed: items, a failure, a recovery, the very first answer', () => {
  const told = [
    { outcome: 'changed', new: 30, edited: 0, first: true },
    { outcome: 'unchanged' },
    { outcome: 'changed', new: 1, edited: 2, first: false },
    { outcome: 'unchanged' },
    failure,
    { ...failure, failures: 2 },
    { outcome: 'waiting' },
    { outcome: 'unchanged' },
    { outcome: 'unchanged' },
  ].map((fields) => board.recordPoll({ feedId: 'a', ...fields }));
  expect(told).toEqual([
    '30 items (first poll)',
    undefined,
    '1 new, 2 edited',
    undefined,
    'failed (unreachable): ENOTFOUND',
    'failed (unreachable): ENOTFOUND, 2 times in a row',
    undefined,
    'unchanged',
    undefined,
  ]);
  expect(board.recordPoll({ feedId: 'b', outcome: 'changed', new: 1, edited: 0, first: true })).toBe(
    '1 item (first poll)',
  );
  expect(board.recordPoll({ feedId: 'b', ...failure })).toBe('failed (unreachable): ENOTFOUND');
  expect(board.recordPoll({ feedId: 'b', outcome: 'unchanged' })).toBe('unchanged');
  expect(board.recordPoll({ feedId: 'nobody', outcome: 'unchanged' })).toBeUndefined();
});

it('counts answers, and starts anew each time it is asked', () => {
  board.recordPoll({ feedId: 'a', outcome: 'unchanged' });
  board.recordPoll({ feedId: 'b', ...failure });
  expect(board.takeCounts()).toEqual({ changed: 0, unchanged: 1, failed: 1 });
  expect(board.takeCounts()).toEqual({ changed: 0, unchanged: 0, failed: 0 });
});

it('knows when all feeds have answered, and when none can be reached', () => {
  expect(board.isComplete()).toBe(false);
  expect(board.isUnreachable()).toBe(false);
  board.recordPoll({ feedId: 'a', ...failure });
  board.recordPoll({ feedId: 'b', ...failure, kind: 'status', detail: 'HTTP 500' });
  expect(board.isComplete()).toBe(true);
  expect(board.isUnreachable()).toBe(false);
  board.recordPoll({ feedId: 'b', ...failure, kind: 'timeout' });
  expect(board.isUnreachable()).toBe(true);
  board.recordPoll({ feedId: 'a', outcome: 'unchanged' });
  expect(board.isUnreachable()).toBe(false);
});

it('has heard of feeds that are left alone, which say nothing of the network', () => {
  board.recordPoll({ feedId: 'a', outcome: 'resting' });
  expect(board.isComplete()).toBe(false);
  board.recordPoll({ feedId: 'b', ...failure });
  expect(board.isComplete()).toBe(true);
  expect(board.isUnreachable()).toBe(true);
  board.recordPoll({ feedId: 'a', outcome: 'stopped' });
  expect(board.isUnreachable()).toBe(true);
});

it('is never unreachable without feeds', () => {
  expect(new FeedStatuses([]).isUnreachable()).toBe(false);
});

it('keeps what a feed answered when the file is read again, unless its address is another', () => {
  board.recordPoll({ feedId: 'a', outcome: 'unchanged' });
  board.recordPoll({ feedId: 'b', ...failure });
  board.setFeeds([
    { ...feed('a'), title: 'A' },
    { ...feed('b'), url: 'http://news.example/other' },
    feed('c'),
  ]);
  expect(board.all().map(({ id, title, lastOutcome }) => ({ id, title, lastOutcome }))).toEqual([
    { id: 'a', title: 'A', lastOutcome: 'unchanged' },
    { id: 'b', title: 'b', lastOutcome: null },
    { id: 'c', title: 'c', lastOutcome: null },
  ]);
  expect(board.isComplete()).toBe(false);
  board.recordPoll({ feedId: 'c', outcome: 'unchanged' });
  board.setFeeds([feed('c')]);
  expect(board.isComplete()).toBe(true);
  expect(board.isUnreachable()).toBe(false);
});
