import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../config/query/compile-query.ts';
import type { Query, Term } from '../../../functions/shared/model.ts';

const parsed = (text: string) => parseQuery(text).query;
const term = (text: string, how: Omit<Term, 'text'> = {}): Query => ({ term: { text, ...how } });
const phrase = (text: string) => term(text, { quoted: true });
const storm = term('storm');
const flood = term('flood');
const hail = term('hail');

describe('words', () => {
  // Regression: a lookup in a table of operators found the properties that every object inherits.
  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
    'may be %s, at every place',
    (word) => {
      expect(parsed(word)).toEqual(term(word));
      expect(parsed(`storm ${word} flood`)).toEqual({ all: [storm, term(word), flood] });
      expect(parsed(`storm OR ${word}`)).toEqual({ any: [storm, term(word)] });
      expect(() => parsed(`lang:${word} storm`)).toThrow(/expected a language tag/);
    },
  );

  it.each([
    'covid-19',
    'e-mail',
    "O'Brien",
    'Ostrand’s',
    'AT&T',
    'U.S.',
    'u.s.',
    'C++',
    '1,000.50',
    '#tag',
    '$5bn',
    'a/b',
    'snake_case',
    '.NET',
    'name@mail.test',
    'http://news.test/a?b=c&d',
    'https://news.test',
    '12:30',
    'צה"ל',
    'צה”ל',
    'наводнение',
    '東京',
    'e=mc²',
    'or',
    'Near',
    'ANDes',
    'NEAR-field',
  ])('%s is one word', (text) => {
    expect(parsed(`${text} storm`)).toEqual({ all: [term(text), storm] });
  });

  it('lose the punctuation of a sentence, but not their own dots', () => {
    expect(parsed('Breaking: storm! talks. U.S., flood?!')).toEqual({
      all: [term('Breaking'), term('storm'), term('talks'), term('U.S.'), flood],
    });
  });

  it('are separated by any white space', () => {
    expect(parsed('  storm\t\nflood　hail ')).toEqual({ all: [storm, flood, hail] });
  });
});

describe('phrases', () => {
  it.each([
    '"storm surge"',
    '“storm surge”',
    '„storm surge“',
    '„storm surge”',
    '«storm surge»',
    '»storm surge«',
    '”storm surge”',
    '「storm surge」',
    '『storm surge』',
    '＂storm surge＂',
    '"  storm\n surge "',
  ])('%s', (text) => {
    expect(parsed(text)).toEqual(phrase('storm surge'));
  });

  it('may be next to words, with or without a space', () => {
    const expected = { all: [flood, phrase('storm surge'), hail] };
    expect(parsed('flood "storm surge" hail')).toEqual(expected);
    expect(parsed('flood"storm surge"hail')).toEqual(expected);
  });

  it('treat signs and operators as words', () => {
    expect(parsed('"-flood (title:x OR y)"')).toEqual(phrase('-flood (title:x OR y)'));
    expect(parsed('"OR"')).toEqual(phrase('OR'));
    expect(parsed('"@set"')).toEqual(phrase('@set'));
  });

  it('may contain a quote within a Hebrew word', () => {
    expect(parsed('"צה"ל תקף" storm')).toEqual({ all: [phrase('צה"ל תקף'), storm] });
  });
});

describe('operators', () => {
  it.each<[string, Query]>([
    ['storm flood', { all: [storm, flood] }],
    ['storm AND flood', { all: [storm, flood] }],
    ['storm && flood', { all: [storm, flood] }],
    ['storm OR flood', { any: [storm, flood] }],
    ['storm | flood', { any: [storm, flood] }],
    ['storm|flood', { any: [storm, flood] }],
    ['storm || flood', { any: [storm, flood] }],
    ['storm -flood', { all: [storm, { not: flood }] }],
    ['storm −flood', { all: [storm, { not: flood }] }],
    ['storm NOT flood', { all: [storm, { not: flood }] }],
    ['storm AND NOT flood', { all: [storm, { not: flood }] }],
    ['-flood storm', { all: [{ not: flood }, storm] }],
    ['storm -"storm surge"', { all: [storm, { not: phrase('storm surge') }] }],
    ['storm -(flood OR hail)', { all: [storm, { not: { any: [flood, hail] } }] }],
    ['storm NOT NOT flood', { all: [storm, flood] }],
    ['((storm))', storm],
  ])('%s', (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  it('bind in this order: NEAR, NOT, AND, OR', () => {
    expect(parsed('storm OR flood hail')).toEqual({ any: [storm, { all: [flood, hail] }] });
    expect(parsed('storm AND flood OR hail')).toEqual({ any: [{ all: [storm, flood] }, hail] });
    expect(parsed('(storm OR flood) hail')).toEqual({ all: [{ any: [storm, flood] }, hail] });
    expect(parsed('storm NOT flood NEAR/3 hail')).toEqual({
      all: [storm, { not: { near: 3, of: [flood, hail] } }],
    });
  });

  it('are flattened and deduplicated', () => {
    expect(parsed('storm (flood (hail AND Storm))')).toEqual({ all: [storm, flood, hail] });
    expect(parsed('storm OR (flood OR (hail | storm))')).toEqual({ any: [storm, flood, hail] });
    expect(parsed('storm OR STORM storm')).toEqual({
      any: [storm, { all: [term('STORM'), storm] }],
    });
    expect(parsed('storm OR storm')).toEqual(storm);
  });

  it('are words in quotes and after =', () => {
    expect(parsed('"AND" =OR =NEAR/x')).toEqual({
      all: [phrase('AND'), term('OR', { exact: true }), term('NEAR/x', { exact: true })],
    });
  });

  it('may be full-width, as Chinese keyboards write them', () => {
    expect(parsed('（洪水｜台风）title：上海 ＝雨')).toEqual({
      all: [
        { any: [term('洪水'), term('台风')] },
        { ...term('上海'), in: 'title' },
        term('雨', { exact: true }),
      ],
    });
  });
});

describe('forms of a term', () => {
  it.each<[string, Query]>([
    ['wor*', term('wor', { prefix: true })],
    ['COVID-19*,', term('COVID-19', { prefix: true })],
    ['"two wor*"', term('two wor', { quoted: true, prefix: true })],
    ['=WHO', term('WHO', { exact: true })],
    ['="the Fed"', term('the Fed', { exact: true })],
    ['="WHO"', term('WHO', { exact: true })],
    ['=wor*', term('wor', { exact: true, prefix: true })],
  ])('%s', (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  it('have no prefixes in scripts where every letter is a word', () => {
    for (const text of ['普', '普京', 'น้ำ', 'プ']) expect(parsed(`${text}*`)).toEqual(term(text));
  });

  it('need two letters for a prefix, not two code units or an accent', () => {
    expect(parsed('이란*')).toEqual(term('이란', { prefix: true }));
    expect(() => parsed('𐐷*')).toThrow('at least two letters');
    expect(() => parsed('e\u0301*')).toThrow('at least two letters');
  });
});

describe('NEAR', () => {
  it('joins words, phrases and alternatives', () => {
    expect(parsed('storm NEAR/5 "the coast"')).toEqual({ near: 5, of: [storm, phrase('the coast')] });
    expect(parsed('(storm OR wor*) NEAR/100 =WHO hail')).toEqual({
      all: [
        { near: 100, of: [{ any: [storm, term('wor', { prefix: true })] }, term('WHO', { exact: true })] },
        hail,
      ],
    });
  });
});

describe('fields', () => {
  const inTitle = (query: Query) => ({ ...query, in: 'title' });
  it.each<[string, unknown]>([
    ['title:storm', inTitle(storm)],
    ['Title:storm', inTitle(storm)],
    ['title:"storm surge"', inTitle(phrase('storm surge'))],
    ['title:=give', inTitle(term('give', { exact: true }))],
    ['title:wor*', inTitle(term('wor', { prefix: true }))],
    ['title:/fl[o0]od/', { regex: 'fl[o0]od', in: 'title' }],
    [
      'title:(storm OR flood -hail)',
      { any: [inTitle(storm), { all: [inTitle(flood), { not: inTitle(hail) }] }] },
    ],
    ['title:(storm NEAR/2 flood)', { near: 2, of: [inTitle(storm), inTitle(flood)] }],
    ['title:storm NEAR/2 title:flood', { near: 2, of: [inTitle(storm), inTitle(flood)] }],
    ['-title:storm flood', { all: [{ not: inTitle(storm) }, flood] }],
    ['category:dev-blogs', { ...term('dev-blogs'), in: 'category' }],
    ['Category:"Dev Blogs"', { ...phrase('Dev Blogs'), in: 'category' }],
    [
      'author:(storm OR flood)',
      {
        any: [
          { ...storm, in: 'author' },
          { ...flood, in: 'author' },
        ],
      },
    ],
    [
      'author:(storm NEAR/2 flood)',
      {
        near: 2,
        of: [
          { ...storm, in: 'author' },
          { ...flood, in: 'author' },
        ],
      },
    ],
    ['flood -url:storm', { all: [flood, { not: { ...storm, in: 'url' } }] }],
    ['url:/2026/', { ...term('/2026/'), in: 'url' }],
    ['url:/world/eur*', { ...term('/world/eur', { prefix: true }), in: 'url' }],
    ['url:"world/europe"', { ...phrase('world/europe'), in: 'url' }],
    ['url:https://www.example.org/a?b=1', { ...term('example.org/a?b=1'), in: 'url' }],
    ['url:watch?v=x~1', { ...term('watch?v=x~1'), in: 'url' }],
    ['url:/20\\d\\d/', { regex: '20\\d\\d', in: 'url' }],
    [
      'url:(/2026/ OR storm)',
      {
        any: [
          { regex: '2026', in: 'url' },
          { ...storm, in: 'url' },
        ],
      },
    ],
    ['url:/2026/ flood*', { all: [{ ...term('/2026/'), in: 'url' }, term('flood', { prefix: true })] }],
    ['url:/(a|b)c/', { regex: '(a|b)c', in: 'url' }],
    ['(url:/2026/)', { ...term('/2026/'), in: 'url' }],
    ['source:bbc', { source: 'bbc' }],
    ['source:"BBC News"', { source: 'BBC News' }],
    ['source:(bbc OR "The Guardian")', { any: [{ source: 'bbc' }, { source: 'The Guardian' }] }],
    ['source:feeds.bbci.co.uk', { source: 'feeds.bbci.co.uk' }],
    ['source:https://www.bbc.com/news', { source: 'bbc.com' }],
    ['lang:de', { language: 'de' }],
    ['lang:(DE OR pt-BR)', { any: [{ language: 'de' }, { language: 'pt-br' }] }],
    ['lang:deu', { language: 'de' }],
    ['storm -lang:de', { all: [storm, { not: { language: 'de' } }] }],
  ])('%s', (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });
});

describe('patterns', () => {
  it.each([
    ['/flo+d/', 'flo+d'],
    ['/a b|c\\d{2,}/', 'a b|c\\d{2,}'],
    ['/a\\/b/', 'a/b'],
    ['/a\\\\b/', 'a\\\\b'],
    ['/（x）/', '（x）'],
  ])('%s', (text, regex) => {
    expect(parsed(`${text} storm`)).toEqual({ all: [{ regex }, storm] });
  });
});
