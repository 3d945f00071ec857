import { AhoCorasick } from '@monyone/aho-corasick/fast';
import { describe, expect, it } from 'vitest';
import { automatonOf } from '../../../bench/match/automaton.ts';
import { CONTENDERS } from '../../../bench/match/contenders.ts';
import { assertSameHits } from '../../../bench/match/contest.ts';
import { asNews, queryTexts, STYLES, type Style } from '../../../bench/match/query-texts.ts';
import { Workload } from '../../../bench/match/workload.ts';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';

const workload = new Workload(1);
const topics = workload.topics(300);
const items = workload.items(200, 60);

it('all contenders find the same topics', () => {
  const all = Object.values(CONTENDERS).map((of) => {
    const match = of(topics);
    return items.map((item) => match(item).toSorted((a, b) => a - b));
  });
  const [ours, ...others] = all;
  expect(ours?.flat().length).toBeGreaterThan(10);
  for (const other of others) expect(other).toEqual(ours);
});

it('a contest fails if a contender finds other topics', () => {
  expect(() => assertSameHits('one', [[1], [2, 3]], [[1], [2, 3], [4]])).not.toThrow();
  expect(() => assertSameHits('one', [[1], [2]], [[1], [2, 3]])).toThrow(
    'item 1: expected topics 2,3, one got 2',
  );
});

it.each(Object.entries(CONTENDERS))(
  '%s respects the boundaries of words and fields, and exclusions',
  (_, of) => {
    const match = of([
      { id: 0, any: ['storm'], all: [], not: [] },
      { id: 1, any: ['storm surge'], all: [], not: [] },
      { id: 2, any: ['stor*'], all: [['coast', 'harbour']], not: [] },
      { id: 3, any: ['title:coast'], all: [], not: [] },
      { id: 4, any: ['coast'], all: [], not: ['hail'] },
    ]);
    const found = (title: string, body: string) => match({ title, body }).toSorted();
    expect(found('Storm', 'Surge at the coast')).toEqual([0, 2, 4]);
    expect(found('A STORM-SURGE', 'Stormy')).toEqual([0, 1]);
    expect(found('Coast', 'Hail and thunderstorms; stores close')).toEqual([2, 3]);
  },
);

it('the automaton finds the same as one built by the package’s constructor', () => {
  const keywords = topics.flatMap(({ any }) => any).concat('a', 'an', 'ana', 'banana');
  const text = `banana ${items.map(({ body }) => body.toLowerCase()).join(' ')}`;
  const found = automatonOf(keywords).matchInText(text);
  expect(found.length).toBeGreaterThan(100);
  expect(found).toEqual(new AhoCorasick([...new Set(keywords)]).matchInText(text));
});

describe('topics written in the query language', () => {
  const matcherOf = (style: Style) =>
    compileMatcher(
      queryTexts(topics, style).map((text, n) => ({ id: String(n), query: parseQuery(text).query })),
      findPattern,
    );
  const found = (style: Style) => {
    const matcher = matcherOf(style);
    return asNews(items).map((item) => matcher.match(item).map(({ topicId }) => Number(topicId)));
  };

  it('find what the contenders find, if written in exact forms', () => {
    const match = CONTENDERS.ours(topics);
    expect(found('exact')).toEqual(items.map((item) => match(item).toSorted((a, b) => a - b)));
  });

  it.each(Object.keys(STYLES).filter((style) => style !== 'exact') as Style[])(
    'have other queries in style %s',
    (style) => {
      expect(queryTexts(topics, style)).not.toEqual(queryTexts(topics, 'exact'));
      expect(() => found(style)).not.toThrow();
    },
  );
});
