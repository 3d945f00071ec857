import { expect, it } from 'vitest';
import { Workload } from '../../../bench/match/workload.ts';

const workload = new Workload(1);

it('the same seed gives the same topics and items, another seed gives others', () => {
  const [again, other] = [new Workload(1), new Workload(2)];
  expect(again.topics(50)).toEqual(workload.topics(50));
  expect(again.items(5, 60)).toEqual(workload.items(5, 60));
  expect(other.topics(50)).not.toEqual(workload.topics(50));
  expect(other.items(5, 60)).not.toEqual(workload.items(5, 60));
});

it('a larger set of topics starts with a smaller one', () => {
  expect(workload.topics(100).slice(0, 50)).toEqual(workload.topics(50));
});

it('topics have realistic shapes', () => {
  const topics = workload.topics(5_000);
  const share = <T>(of: readonly T[], is: (one: T) => boolean) => of.filter(is).length / of.length;
  const terms = topics.flatMap(({ any }) => any);
  expect(terms.length / topics.length).toBeCloseTo(2.66, 0);
  expect(share(terms, (term) => term.includes(' '))).toBeCloseTo(0.59, 1);
  expect(share(terms, (term) => term.endsWith('*'))).toBeCloseTo(0.1, 1);
  expect(share(terms, (term) => term.startsWith('title:'))).toBeCloseTo(0.08, 1);
  expect(share(topics, ({ all }) => all.length > 0)).toBeCloseTo(0.44, 1);
  expect(share(topics, ({ not }) => not.length > 0)).toBeCloseTo(0.12, 1);
});

it.each([60, 400])('items have titles and bodies of about %i words', (words) => {
  const items = workload.items(50, words);
  const found = items.flatMap(({ body }) => body.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).length / items.length;
  expect(found).toBeGreaterThan(words * 0.95);
  expect(found).toBeLessThan(words * 1.1);
});
