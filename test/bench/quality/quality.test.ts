import { describe, expect, it } from 'vitest';
import { disagreements } from '../../../bench/quality/disagreements.ts';
import { COLLECTIONS, readNews } from '../../../bench/quality/labelled-news.ts';
import { measure, scoresOf, sumCounts, VARIANTS } from '../../../bench/quality/measure.ts';
import { readTopics } from '../../../bench/quality/topics.ts';
import { isLong } from '../../helpers/size.ts';

const { topics, faults, warnings, unused } = readTopics();

/** F1 as measured on the part of the news that the topics' author had not seen, less 0.02. */
const FLOORS: Readonly<Record<string, number>> = {
  wheat: 0.85,
  corn: 0.89,
  grain: 0.86,
  crude: 0.73,
  'money-fx': 0.75,
  interest: 0.65,
  trade: 0.62,
  ship: 0.78,
  gold: 0.84,
  coffee: 0.84,
  sugar: 0.79,
  japan: 0.75,
  acquisitions: 0.83,
  earnings: 0.93,
  business: 0.83,
  entertainment: 0.87,
  politics: 0.89,
  sport: 0.85,
  tech: 0.87,
};

it('the topics parse without a fault or a warning, and use every set', () => {
  expect(faults).toEqual([]);
  expect(warnings).toEqual([]);
  expect(unused).toEqual([]);
  expect(topics.map(({ id }) => id).sort()).toEqual(Object.keys(FLOORS).sort());
});

it('counts give precision, recall and F1', () => {
  expect(scoresOf({ right: 3, wrong: 1, missed: 3 })).toEqual({ precision: 0.75, recall: 0.5, f1: 0.6 });
  expect(scoresOf({ right: 0, wrong: 0, missed: 0 })).toEqual({ precision: 0, recall: 0, f1: 0 });
  expect(
    sumCounts([
      { right: 1, wrong: 2, missed: 3 },
      { right: 10, wrong: 20, missed: 30 },
    ]),
  ).toEqual({
    right: 11,
    wrong: 22,
    missed: 33,
  });
});

it('a topic without inflections has all of its words in quotes', () => {
  const query = {
    all: [
      { any: [{ term: { text: 'a' } }] },
      { not: { near: 2, of: [{ term: { text: 'b' } }, { term: { text: 'c' } }] } },
    ],
  } as const;
  const topic = { id: '', collection: 'bbc', label: '', word: '', match: '', query } as const;
  const quoted = JSON.stringify(VARIANTS['it without inflections']?.(topic));
  expect(quoted.match(/"quoted":true/g)).toHaveLength(3);
});

describe.each(COLLECTIONS)('%s', (collection) => {
  const own = topics.filter((topic) => topic.collection === collection);
  const news = readNews(collection);

  it.runIf(news && (isLong || collection === 'bbc'))(
    'no topic is worse than it was (skipped without ../shared/data/matching)',
    () => {
      const counts = measure(topics, collection, 'test');
      const worse = own.filter(({ id }) => {
        const one = counts?.get(id);
        return !one || scoresOf(one).f1 < (FLOORS[id] ?? 1);
      });
      expect(worse.map(({ id }) => id)).toEqual([]);
    },
  );

  it.runIf(news && (isLong || collection === 'bbc'))(
    'the engine agrees with the plain reading (skipped without ../shared/data/matching)',
    () => {
      const sample = (news?.test ?? []).filter((_, n) => n % 40 === 0);
      expect(sample.length).toBeGreaterThan(20);
      expect(disagreements(own, sample)).toEqual([]);
    },
  );

  it.skipIf(!news)('no article is in both parts (skipped without ../shared/data/matching)', () => {
    const titles = new Set(news?.train.map(({ title, text }) => `${title} ${text}`));
    expect(news?.test.filter(({ title, text }) => titles.has(`${title} ${text}`))).toEqual([]);
  });
});
