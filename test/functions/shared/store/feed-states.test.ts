import { expect, it } from 'vitest';
import {
  type FeedState,
  feedStates,
  NEW_FEED_STATE,
} from '../../../../functions/shared/store/feed-states.ts';
import { memoryTable } from '../../../helpers/memory-table.ts';

const FULL: Omit<FeedState, 'version'> = {
  etag: '"a"',
  lastModified: 'Sun, 01 Mar 2026 10:00:00 GMT',
  bodyHash: '00112233445566ff',
  seen: new Uint8Array([1, 2, 3]),
  lastItemAt: '2026-03-01T10:00:00.000Z',
  failures: 2,
  lastFailure: 'status: HTTP 503',
  notBefore: 1_772_359_200_000,
};

it('a feed without polls has the initial state', async () => {
  expect(await feedStates(memoryTable()).get('herald')).toEqual(NEW_FEED_STATE);
});

it('returns exactly what was committed', async () => {
  const states = feedStates(memoryTable());
  expect(await states.commit('herald', NEW_FEED_STATE, FULL)).toBe(true);
  expect(await states.get('herald')).toEqual({ ...FULL, version: 1 });
  expect(await states.commit('herald', { ...FULL, version: 1 }, { failures: 0 })).toBe(true);
  expect(await states.get('herald')).toEqual({ failures: 0, version: 2 });
  expect(await states.get('courier')).toEqual(NEW_FEED_STATE);
});

it('refuses a commit based on an older state, including the first', async () => {
  const states = feedStates(memoryTable());
  const first = { failures: 0, etag: '"first"' };
  expect(await states.commit('herald', NEW_FEED_STATE, first)).toBe(true);
  expect(await states.commit('herald', NEW_FEED_STATE, { failures: 9 })).toBe(false);
  expect(await states.get('herald')).toEqual({ ...first, version: 1 });

  const read = await states.get('herald');
  expect(await states.commit('herald', read, { failures: 1 })).toBe(true);
  expect(await states.commit('herald', read, { failures: 9 })).toBe(false);
  expect(await states.get('herald')).toEqual({ failures: 1, version: 2 });
});

it('lets one of many concurrent commits win', async () => {
  const states = feedStates(memoryTable());
  const won = await Promise.all(
    Array.from({ length: 20 }, (_, failures) => states.commit('herald', NEW_FEED_STATE, { failures })),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await states.get('herald')).toEqual({ failures: won.indexOf(true), version: 1 });
});

it('counts versions itself, whatever the next state contains', async () => {
  const states = feedStates(memoryTable());
  await states.commit('herald', NEW_FEED_STATE, { failures: 0 });
  const read = await states.get('herald');
  const carried: FeedState = { ...read, failures: 1 };
  await states.commit('herald', read, carried);
  expect(await states.get('herald')).toEqual({ failures: 1, version: 2 });
});
