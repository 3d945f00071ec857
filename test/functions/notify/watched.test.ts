import { expect, it } from 'vitest';
import { watchedBy } from '../../../functions/notify/watched.ts';
import type { Topic } from '../../../functions/shared/model.ts';
import { type MatchTree, parseQuery } from '../../../functions/shared/query/compile.ts';
import { TermSets } from '../../../functions/shared/query/sets.ts';

const sets = new TermSets(new Map<string, MatchTree>([['rulers', { text: '"Orlena Vask" OR Dorn' }]]));
const topicOf = (text: string, id = text): Topic => ({
  id,
  name: id,
  query: parseQuery(text, sets).query,
  updates: 'off',
  deliver: { mode: 'now' },
});
const { query: _query, ...broken } = topicOf('storm');

it.each([
  ['title:bridge AND (ferry OR =tunnel)', ['bridge', 'ferry', 'tunnel']],
  ['@rulers AND tax*', ['Orlena Vask', 'Dorn', 'tax']],
  ['(flood OR storm) NEAR/5 warning', ['flood', 'storm', 'warning']],
  // No item has these words, or nobody knows which.
  ['bridge -card NOT "bridge club"', ['bridge']],
  ['/kess?el/ OR bridge', ['bridge']],
  ['bridge source:courier lang:en', ['bridge']],
])('%s looks for %j', (text, terms) => {
  expect(watchedBy([topicOf(text)])).toEqual(terms);
});

it('knows what all topics look for, each term once, but for those whose query has a fault', () => {
  expect(watchedBy([topicOf('bridge OR ferry'), topicOf('ferry OR storm'), broken])).toEqual([
    'bridge',
    'ferry',
    'storm',
  ]);
});

it('is found once for the topics of a configuration', () => {
  const topics = [topicOf('bridge')];
  expect(watchedBy(topics)).toBe(watchedBy(topics));
});
