import { describe, expect, it } from 'vitest';
import { parseQuery, type QueryTree } from '../../../config/query/compile-query.ts';
import { QueryError, textAt } from '../../../config/query/query-error.ts';
import { TermSets } from '../../../config/query/term-sets.ts';

const setsOf = (sets: Record<string, string | readonly string[]>) =>
  new TermSets(
    new Map(
      Object.entries(sets).map(([name, value]): [string, QueryTree] => [
        name,
        typeof value === 'string' ? { text: value } : { any: value.map((text) => ({ text })) },
      ]),
    ),
  );
const term = (text: string) => ({ term: { text } });
const messages = (sets: TermSets) => sets.faults.map(({ message }) => message);

describe('a set', () => {
  const sets = setsOf({
    putin: 'Putin OR "Vladimir Putin" OR Путин OR 普京',
    leaders: ['@putin', 'Zelensky'],
    outlets: 'bbc OR "The Guardian"',
    noise: '-crossword -obituary',
    tongues: 'de OR lang:fr',
  });
  const putin = [
    term('Putin'),
    { term: { text: 'Vladimir Putin', quoted: true } },
    term('Путин'),
    term('普京'),
  ];

  it('is replaced by its query, anywhere', () => {
    expect(parseQuery('@putin', sets).query).toEqual({ any: putin });
    expect(parseQuery('@putin summit', sets).query).toEqual({ all: [{ any: putin }, term('summit')] });
    expect(parseQuery('storm OR @leaders', sets).query).toEqual({
      any: [term('storm'), ...putin, term('Zelensky')],
    });
    expect(parseQuery('@putin NEAR/5 summit', sets).query).toEqual({
      near: 5,
      of: [{ any: putin }, term('summit')],
    });
  });

  it('applies the field around it', () => {
    expect(parseQuery('title:@putin', sets).query).toEqual({
      any: putin.map((one) => ({ ...one, in: 'title' })),
    });
    expect(parseQuery('source:@outlets', sets).query).toEqual({
      any: [{ source: 'bbc' }, { source: 'The Guardian' }],
    });
    expect(parseQuery('lang:@tongues', sets).query).toEqual({
      any: [{ language: 'de' }, { language: 'fr' }],
    });
  });

  it('may consist of exclusions, in a topic that looks for something', () => {
    expect(parseQuery('storm @noise', sets).query).toEqual({
      all: [term('storm'), { not: term('crossword') }, { not: term('obituary') }],
    });
    expect(() => parseQuery('storm OR @noise', sets)).toThrow('got @noise, which nearly everything matches');
  });

  it('is reported if unused', () => {
    const some = setsOf({ used: 'storm', inside: 'flood', outer: '@inside', lonely: 'hail' });
    parseQuery('@used', some);
    expect(some.unused).toEqual(['outer', 'lonely']);
  });

  it('warns once, however often it is used', () => {
    const some = setsOf({ odd: 'storm or flood' });
    expect(parseQuery('@odd hail', some).warnings).toEqual([]);
    expect(some.warnings.map(({ message }) => message)).toEqual(['or is treated as a word']);
  });
});

describe('a fault of a set', () => {
  it('suggests the nearest name for an unknown set', () => {
    const sets = setsOf({ putin: 'Putin', storms: 'storm' });
    const fault = (text: string) => {
      try {
        parseQuery(text, sets);
      } catch (error) {
        if (error instanceof QueryError) return [textAt(error), error.suggestion];
      }
      return undefined;
    };
    expect(fault('flood @puttin')).toEqual(['@puttin', 'did you mean @putin?']);
    expect(fault('@Storms')).toEqual(['@Storms', 'did you mean @storms?']);
    expect(fault('@weather')).toEqual([
      '@weather',
      'define weather under terms:, or put "@weather" in quotes',
    ]);
  });

  it('is a cycle', () => {
    expect(messages(setsOf({ me: 'storm OR @me' }))).toEqual([
      'expected sets that do not use each other in a circle, got @me, @me',
    ]);
    expect(messages(setsOf({ a: '@b x1', b: '@c x2', c: '@a x3' }))).toEqual([
      expect.stringMatching(/^expected sets that do not use each other in a circle, got @/),
      expect.stringContaining('which has a fault of its own'),
      expect.stringContaining('which has a fault of its own'),
    ]);
  });

  it('is reported at the set and at each use', () => {
    const sets = setsOf({ odd: '(storm', fine: 'flood' });
    expect(messages(sets)).toEqual(['expected a closing ), got the end']);
    expect(() => parseQuery('@fine OR @odd', sets)).toThrow(
      'expected a valid set, got @odd, which has a fault of its own',
    );
    expect(parseQuery('@fine', sets).query).toEqual(term('flood'));
  });

  it('is found quickly in long chains and cycles', () => {
    const chain = (order: number[], last: string) =>
      setsOf(Object.fromEntries(order.map((n) => [`s${n}`, n === 9_999 ? last : `@s${n + 1} OR w${n}`])));
    const up = Array.from({ length: 10_000 }, (_, n) => n);
    for (const sets of [chain(up, 'storm'), chain(up.toReversed(), 'storm')]) {
      expect(parseQuery('@s9985', sets).query).toBeDefined();
      expect(() => parseQuery('@s9000', sets)).toThrow('which has a fault of its own');
    }
    expect(messages(chain(up, '@s0'))).toHaveLength(10_000);
  });

  it('is a query that doubles with every set', () => {
    const names = Array.from({ length: 40 }, (_, n) => n);
    const sets = setsOf(
      Object.fromEntries(
        names.map((n) => [`s${n}`, n === 0 ? 'storm' : `(@s${n - 1} x${n}) OR (@s${n - 1} y${n})`]),
      ),
    );
    expect(messages(sets)[0]).toMatch(/^expected at most \d+ (terms|nested parentheses)/);
  });

  it('is not a quoted text that looks like a set', () => {
    expect(messages(setsOf({ a: '"@b" x1', b: '"@a" x2' }))).toEqual([]);
  });
});
