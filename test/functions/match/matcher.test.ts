import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';
import type { MatchableItem } from '../../../functions/match/text/item-text.ts';
import { takesLessThan } from '../../helpers/processor-time.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';

function itemOf(texts: Partial<MatchableItem>): MatchableItem {
  return { title: '', summary: '', content: '', ...texts };
}

function matcherOf(topics: Readonly<Record<string, string>>) {
  return compileMatcher(
    Object.entries(topics).map(([id, text]) => ({ id, query: parseQuery(text).query })),
    findPattern,
  );
}

describe('matcher', () => {
  it('returns every matching topic in order, with its reasons', () => {
    const matcher = matcherOf({ pears: 'pears', plums: 'plum (jam OR tart)', apples: 'apples' });
    const item = itemOf({ title: 'Plums and apples', content: 'A tart of them.' });
    expect(matcher.match(item)).toEqual([
      {
        topicId: 'plums',
        why: [
          { term: 'plum', field: 'title', snippet: 'Plums and apples', found: 'Plums' },
          { term: 'tart', field: 'content', snippet: 'A tart of them.', found: 'tart' },
        ],
      },
      {
        topicId: 'apples',
        why: [{ term: 'apples', field: 'title', snippet: 'Plums and apples', found: 'apples' }],
      },
    ]);
  });

  it('returns nothing for topics without a query, or without topics', () => {
    const item = itemOf({ title: 'anything' });
    expect(compileMatcher([{ id: 'broken' }], findPattern).match(item)).toEqual([]);
    expect(compileMatcher([], findPattern).match(item)).toEqual([]);
  });

  it('matches RE2 patterns, alone and beside words', () => {
    const matcher = matcherOf({
      alone: '/CVE-\\d{4}/',
      beside: 'kernel title:/cve-\\d+/',
      other: '/no such/',
    });
    expect(
      matcher.match(itemOf({ title: 'Kernel: cve-2026-1', content: '' })).map(({ topicId }) => topicId),
    ).toEqual(['alone', 'beside']);
  });

  it('matches the source and language of an item', () => {
    const matcher = matcherOf({
      post: 'source:"Evening Post"',
      german: 'lang:de Brücke',
      host: 'source:post.example',
    });
    const source = { id: 'ep', title: 'The Evening Post', url: 'https://feeds.post.example/' };
    expect(
      matcher.match(itemOf({ title: 'Die Brücke ist offen', source })).map(({ topicId }) => topicId),
    ).toEqual(['post', 'german', 'host']);
  });

  it('matches the end of a very long text without spaces', () => {
    const text = '川'.repeat(19_990);
    const item = itemOf({ summary: text, content: `${text}洪水` });
    expect(
      matcherOf({ floods: '洪水', rivers: '川洪水' })
        .match(item)
        .map(({ topicId }) => topicId),
    ).toEqual(['floods', 'rivers']);
  });

  it('matches a very long text in linear time, whatever the topics', async () => {
    const random = seededRandom(7);
    const words = Array.from({ length: 20_000 }, () => random.pick(['storm', 'of', 'the', 'flood', 'river']));
    const topics = Array.from({ length: 300 }, (_, n) => [
      `topic-${n}`,
      `"storm of the flood" storm NEAR/${(n % 9) + 1} (flood OR river) "the storm ${'of the '.repeat(9)}"`,
    ]);
    const matcher = matcherOf(Object.fromEntries(topics));
    const text = words.join(' ');
    const item = itemOf({ title: text, summary: text, content: text });
    matcher.match(item);
    await takesLessThan(1_500, (n) =>
      matcher.match(itemOf({ title: `${'a'.repeat(n + 1)}${text}`, summary: text, content: text })),
    );
  });
});

describe('a text written to take long', () => {
  const terms = ['flood', 'État', 'GPT-5', 'AT&T', '5%', '2,500 jobs', 'flood*', 'iPhone 17', 'ガス'];
  const matcher = compileMatcher(
    terms.map((text) => ({ id: text, query: parseQuery(text).query })),
    () => undefined,
  );

  it.each<[string, string]>([
    ['combining marks on one letter', `a${'\u0301\u0323'.repeat(10_000)}`],
    ['characters that stand for several words', '㌀'.repeat(20_000)],
    ['ligatures of four words', 'ﷺ '.repeat(10_000)],
    ['half-width letters', 'ﾌﾟ'.repeat(10_000)],
    ['hyphens', 'a-'.repeat(10_000)],
    ['numbers', '123 '.repeat(5_000)],
    ['ampersands', 'a & '.repeat(5_000)],
    ['invisible characters', 'a\u200b'.repeat(10_000)],
  ])('takes little time and does not hide the text before it: %s', async (_, text) => {
    // The matcher remembers words, so each run has others.
    const matches = await takesLessThan(2_000, (n) => {
      const own = `b${n}${text}`;
      return matcher.match({ title: `AT&T, GPT5 and 2500 jobs ${own}`, summary: own, content: own });
    });
    const found = matches.map(({ topicId }) => topicId);
    expect(found).toEqual(expect.arrayContaining(['GPT-5', 'AT&T', '2,500 jobs']));
  });
});
