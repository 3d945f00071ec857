import { describe, expect, it } from 'vitest';
import { disagreements } from '../../../bench/quality/disagreements.ts';
import { COLLECTIONS, readNews } from '../../../bench/quality/labelled-news.ts';
import { measure, scoresOf, sumCounts, VARIANTS } from '../../../bench/quality/measure.ts';
import { readTopics } from '../../../bench/quality/topics.ts';
import { isLong } from '../../helpers/size.ts';

const { topics, faults, warnings, unused } = readTopics();

/** Measured F1 on the news that the topics' author had not seen, minus 0.02. */
const MIN_F1: Readonly<Record<string, number>> = {
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

it('the topics compile without faults or warnings, and use every term set', () => {
  expect(faults).toEqual([]);
  expect(warnings).toEqual([]);
  expect(unused).toEqual([]);
  expect(topics.map(({ id }) => id).sort()).toEqual(Object.keys(MIN_F1).sort());
});

it('counts give precision, recall and F1', () => {
  expect(scoresOf({ truePositives: 3, falsePositives: 1, falseNegatives: 3 })).toEqual({
    precision: 0.75,
    recall: 0.5,
    f1: 0.6,
  });
  expect(scoresOf({ truePositives: 0, falsePositives: 0, falseNegatives: 0 })).toEqual({
    precision: 0,
    recall: 0,
    f1: 0,
  });
  expect(
    sumCounts([
      { truePositives: 1, falsePositives: 2, falseNegatives: 3 },
      { truePositives: 10, falsePositives: 20, falseNegatives: 30 },
    ]),
  ).toEqual({
    truePositives: 11,
    falsePositives: 22,
    falseNegatives: 33,
  });
});

it('a topic without inflections has all its words in quotes', () => {
  const query = {
    all: [
      { any: [{ term: { text: 'a' } }] },
      { not: { near: 2, of: [{ term: { text: 'b' } }, { term: { text: 'c' } }] } },
    ],
  } as const;
  const topic = { id: '', collection: 'bbc', label: '', word: '', match: '', query } as const;
  const quoted = JSON.stringify(VARIANTS['the topic without inflections']?.(topic));
  expect(quoted.match(/"quoted":true/g)).toHaveLength(3);
});

describe.each(COLLECTIONS)('%s', (collection) => {
  const own = topics.filter((topic) => topic.collection === collection);
  const news = readNews(collection);

  it.runIf(news && (isLong || collection === 'bbc'))(
    'no topic gets worse (skipped without ../shared/data/matching)',
    () => {
      const counts = measure(topics, collection, 'test');
      const worse = own.filter(({ id }) => {
        const one = counts?.get(id);
        return !one || scoresOf(one).f1 < (MIN_F1[id] ?? 1);
      });
      expect(worse.map(({ id }) => id)).toEqual([]);
    },
  );

  it.runIf(news && (isLong || collection === 'bbc'))(
    'the engine agrees with the plain evaluation (skipped without ../shared/data/matching)',
    () => {
      const sample = (news?.test ?? []).filter((_, n) => n % 40 === 0);
      expect(sample.length).toBeGreaterThan(20);
      expect(disagreements(own, sample)).toEqual([]);
    },
  );

  it.skipIf(!news)('no article is in both splits (skipped without ../shared/data/matching)', () => {
    const titles = new Set(news?.train.map(({ title, text }) => `${title} ${text}`));
    expect(news?.test.filter(({ title, text }) => titles.has(`${title} ${text}`))).toEqual([]);
  });
});
