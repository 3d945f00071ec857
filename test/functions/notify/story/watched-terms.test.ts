import { expect, it } from 'vitest';
import { parseQuery, type QueryTree } from '../../../../config/query/compile-query.ts';
import { TermSets } from '../../../../config/query/term-sets.ts';
import { watchedTerms } from '../../../../functions/notify/story/watched-terms.ts';
import { DEFAULT_FOLLOW_UPS } from '../../../../functions/shared/default-follow-ups.ts';
import type { Topic } from '../../../../functions/shared/model.ts';

const sets = new TermSets(new Map<string, QueryTree>([['rulers', { text: '"Orlena Vask" OR Dorn' }]]));
const queryOf = (text: string) => {
  const { query } = parseQuery(text, sets);
  if (!query) throw new Error(`no query: ${text}`);
  return query;
};
const topicOf = (text: string): Topic => ({
  id: text,
  name: text,
  query: queryOf(text),
  deliver: { mode: 'now' },
  followUps: DEFAULT_FOLLOW_UPS,
});
const { query: _query, ...broken } = topicOf('storm');
const termsOf = (...topics: Topic[]) => [...watchedTerms(topics)];

it.each([
  ['title:bridge AND (ferry OR =tunnel)', ['bridge', 'ferry', 'tunnel']],
  ['@rulers AND tax*', ['orlena', 'vask', 'dorn', 'tax']],
  ['(flood OR storm) NEAR/5 warning', ['flood', 'storm', 'warnin']],
  // No item has these words, or nobody knows which.
  ['bridge -card NOT "bridge club"', ['bridge']],
  ['/kess?el/ OR bridge', ['bridge']],
  ['bridge source:courier lang:en', ['bridge']],
])('%s watches for %j', (text, terms) => {
  expect(termsOf(topicOf(text))).toEqual(terms);
});

it('returns the terms of all topics, each once, except topics with a faulty query', () => {
  expect(termsOf(topicOf('bridge OR ferry'), topicOf('ferry OR storm'), broken)).toEqual([
    'bridge',
    'ferry',
    'storm',
  ]);
});

it('includes the terms of urgent queries', () => {
  expect(termsOf({ ...topicOf('bridge'), urgent: queryOf('collapse') })).toEqual(['bridge', 'collap']);
});

it('is computed once for the topics of a configuration', () => {
  const topics = [topicOf('bridge')];
  expect(watchedTerms(topics)).toBe(watchedTerms(topics));
});
