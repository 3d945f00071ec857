import { expect, it } from 'vitest';
import { LoadWorkload } from '../../../bench/load/workload.ts';
import { parseConfig } from '../../../config/load.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';

const SIZE = { feeds: 50, topics: 40, seed: 3 };
const itemsOf = (seed: number, count = 4_000) => {
  const workload = new LoadWorkload({ ...SIZE, seed });
  return Array.from({ length: count }, () => workload.next());
};

it('is the same for the same seed, and differs between seeds', () => {
  expect(itemsOf(3, 50)).toEqual(itemsOf(3, 50));
  expect(itemsOf(3, 50)).not.toEqual(itemsOf(4, 50));
});

it('has items that match exactly their listed topics', () => {
  const { topics } = new LoadWorkload(SIZE);
  const file = {
    feeds: ['https://feed.example/'],
    topics: topics.map(({ id, name, query }) => ({ id, name, match: query })),
    recipients: [{ email: 'reader@readers.internal' }],
  };
  const { config } = parseConfig(JSON.stringify(file), 'load.yaml', {});
  const matcher = compileMatcher(
    config.topics.flatMap(({ id, query }) => (query ? [{ id, query }] : [])),
    findPattern,
  );
  for (const { title, summary, topicIds } of itemsOf(3)) {
    const found = matcher.match({ title, summary, content: '' }).map(({ topicId }) => topicId);
    expect(found.sort(), title).toEqual([...topicIds].sort());
  }
});

it('spreads items over all feeds with different volumes, and makes a tenth of them match', () => {
  const items = itemsOf(3);
  const perFeed = [...Map.groupBy(items, ({ feed }) => feed).values()].map(({ length }) => length);
  expect(perFeed).toHaveLength(SIZE.feeds);
  expect(Math.max(...perFeed)).toBeLessThan((8 * items.length) / SIZE.feeds);
  const matching = items.filter(({ topicIds }) => topicIds.length > 0);
  expect(matching.length / items.length).toBeCloseTo(0.1, 1);
  expect(matching.some(({ isRetelling }) => isRetelling)).toBe(true);
});
