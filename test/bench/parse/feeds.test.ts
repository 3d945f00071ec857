import { expect, it } from 'vitest';
import { benchFeeds } from '../../../bench/parse/feeds.ts';
import { READERS } from '../../../bench/parse/readers.ts';

it('the same seed gives the same feeds, and another one others', () => {
  expect(benchFeeds(1)).toEqual(benchFeeds(1));
  expect(benchFeeds(2)).not.toEqual(benchFeeds(1));
});

it.each(benchFeeds(1))('every reader finds all entries of $name', async ({ bytes, entries }) => {
  for (const read of Object.values(READERS)) expect(await read(bytes)).toBe(entries);
});
