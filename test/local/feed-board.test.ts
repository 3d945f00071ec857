import { beforeEach, expect, it } from 'vitest';
import { FeedBoard } from '../../local/feed-board.ts';

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

let board: FeedBoard;
beforeEach(() => {
  board = new FeedBoard([feed('a'), feed('b'), feed('off', false)]);
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
  ].map((fields) => board.take({ feedId: 'a', ...fields }));
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
  expect(board.take({ feedId: 'b', outcome: 'changed', new: 1, edited: 0, first: true })).toBe(
    '1 item (first poll)',
  );
  expect(board.take({ feedId: 'b', ...failure })).toBe('failed (unreachable): ENOTFOUND');
  expect(board.take({ feedId: 'b', outcome: 'unchanged' })).toBe('unchanged');
  expect(board.take({ feedId: 'nobody', outcome: 'unchanged' })).toBeUndefined();
});

it('counts answers, and starts anew each time it is asked', () => {
  board.take({ feedId: 'a', outcome: 'unchanged' });
  board.take({ feedId: 'b', ...failure });
  expect(board.tally()).toEqual({ changed: 0, unchanged: 1, failed: 1 });
  expect(board.tally()).toEqual({ changed: 0, unchanged: 0, failed: 0 });
});

it('knows when all feeds have answered, and when none can be reached', () => {
  expect(board.complete()).toBe(false);
  expect(board.unreachable()).toBe(false);
  board.take({ feedId: 'a', ...failure });
  board.take({ feedId: 'b', ...failure, kind: 'status', detail: 'HTTP 500' });
  expect(board.complete()).toBe(true);
  expect(board.unreachable()).toBe(false);
  board.take({ feedId: 'b', ...failure, kind: 'timeout' });
  expect(board.unreachable()).toBe(true);
  board.take({ feedId: 'a', outcome: 'unchanged' });
  expect(board.unreachable()).toBe(false);
});

it('has heard of feeds that are left alone, which say nothing of the network', () => {
  board.take({ feedId: 'a', outcome: 'resting' });
  expect(board.complete()).toBe(false);
  board.take({ feedId: 'b', ...failure });
  expect(board.complete()).toBe(true);
  expect(board.unreachable()).toBe(true);
  board.take({ feedId: 'a', outcome: 'stopped' });
  expect(board.unreachable()).toBe(true);
});

it('is never unreachable without feeds', () => {
  expect(new FeedBoard([]).unreachable()).toBe(false);
});

it('keeps what a feed answered when the file is read again, unless its address is another', () => {
  board.take({ feedId: 'a', outcome: 'unchanged' });
  board.take({ feedId: 'b', ...failure });
  board.watch([{ ...feed('a'), title: 'A' }, { ...feed('b'), url: 'http://news.example/other' }, feed('c')]);
  expect(board.lines().map(({ id, title, lastOutcome }) => ({ id, title, lastOutcome }))).toEqual([
    { id: 'a', title: 'A', lastOutcome: 'unchanged' },
    { id: 'b', title: 'b', lastOutcome: null },
    { id: 'c', title: 'c', lastOutcome: null },
  ]);
  expect(board.complete()).toBe(false);
  board.take({ feedId: 'c', outcome: 'unchanged' });
  board.watch([feed('c')]);
  expect(board.complete()).toBe(true);
  expect(board.unreachable()).toBe(false);
});
