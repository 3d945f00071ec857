import { expect, it } from 'vitest';
import { benchFeeds } from '../../../bench/parse/bench-feeds.ts';
import { PARSERS } from '../../../bench/parse/parsers.ts';

it('the same seed gives the same feeds, and another seed gives others', () => {
  expect(benchFeeds(1)).toEqual(benchFeeds(1));
  expect(benchFeeds(2)).not.toEqual(benchFeeds(1));
});

it.each(benchFeeds(1))('every parser finds all entries of $name', async ({ bytes, entries }) => {
  for (const read of Object.values(PARSERS)) expect(await read(bytes)).toBe(entries);
});
