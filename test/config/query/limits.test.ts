import { describe, expect, it } from 'vitest';
import { compileQuery, parseQuery } from '../../../config/query/compile-query.ts';
import { TermSets } from '../../../config/query/term-sets.ts';
import { takesLessThan } from '../../helpers/processor-time.ts';

const many = (count: number, each: (n: number) => string, between = ' OR ') =>
  Array.from({ length: count }, (_, n) => each(n)).join(between);
const nested = (depth: number) => `${'('.repeat(depth)}storm${')'.repeat(depth)}`;

describe('at the limit', () => {
  it.each([
    ['terms', many(1000, (n) => `word${n}`)],
    ['parentheses', nested(20)],
    ['words of a phrase', `"${many(20, (n) => `word${n}`, ' ')}"`],
    ['patterns', many(5, (n) => `/flo+d${n}/`)],
    ['a pattern’s length', `/${'x'.repeat(250)}/`],
    ['characters', 'x'.repeat(20_000)],
  ])('%s are accepted', (_name, text) => {
    expect(parseQuery(text).query).toBeDefined();
  });
});

describe('beyond the limit', () => {
  it.each([
    ['expected at most 1000 terms, including those of its sets, got 1001', many(1001, (n) => `word${n}`)],
    ['expected at most 20 nested parentheses, fields and sets, got 21', nested(21)],
    ['expected at most 20 words in a phrase, got 21', `"${many(21, (n) => `word${n}`, ' ')}"`],
    ['expected at most 5 patterns, got 6', many(6, (n) => `/flo+d${n}/`)],
    ['expected a pattern of at most 250 characters, got 251', `/${'x'.repeat(251)}/`],
    ['expected a pattern of at most 300 steps, got one of 803', '/a{0,400}b/'],
    ['expected at most 20000 characters, including its sets, got 20001', 'x'.repeat(20_001)],
    ['expected at most 20 nested parentheses, fields and sets, got 21', `${'title:'.repeat(3000)}x`],
  ])('%s', (message, text) => {
    expect(() => parseQuery(text)).toThrow(message);
  });

  it('counts all texts of a topic', () => {
    const texts = (count: number, length: number) => ({
      any: Array.from({ length: count }, () => ({ text: 'x'.repeat(length) })),
    });
    expect(compileQuery(texts(2, 10_000)).faults).toEqual([]);
    expect(compileQuery(texts(3, 10_000)).faults.map(({ message }) => message)).toEqual([
      'expected at most 20000 characters, including its sets, got 30000',
    ]);
  });

  it('counts the contents of a set each time it is used', () => {
    const sets = new TermSets(
      new Map([
        ['many', { text: many(400, (n) => `w${n}`) }],
        ['deep', { text: nested(19) }],
        ['double', { text: '@many hail OR @many flood' }],
      ]),
    );
    expect(() => parseQuery('@many OR (@many x1) OR (@many x2)', sets)).toThrow(
      'expected at most 1000 terms, including those of its sets, got 1201',
    );
    expect(parseQuery('@double', sets).query).toBeDefined();
    expect(() => parseQuery('@double OR @double', sets)).toThrow('expected at most 1000 terms');
    expect(parseQuery('@deep', sets).query).toBeDefined();
    expect(() => parseQuery('(@deep)', sets)).toThrow('expected at most 20 nested parentheses');
  });
});

it('accepts or refuses the longest texts of all kinds quickly', async () => {
  const units = [
    '(',
    '-',
    '"',
    '/',
    '\\',
    'x ',
    '"a" ',
    'x|',
    'NOT ',
    '=',
    '@x',
    'title:',
    ',,',
    '~1',
    '*',
    '.',
    "'",
    'צ"',
  ];
  for (const unit of units) {
    const text = unit.repeat(20_000 / unit.length);
    await takesLessThan(500, () => {
      try {
        parseQuery(text);
      } catch (error) {
        expect(error).toMatchObject({ name: 'QueryError' });
      }
    });
  }
});
