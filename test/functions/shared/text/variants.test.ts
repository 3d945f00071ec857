import { describe, expect, it } from 'vitest';
import type { Term } from '../../../../functions/shared/model.ts';
import { isOneName, variantsOf } from '../../../../functions/shared/text/variants.ts';

/**
 * Returns the variants of a term as text: `~flood` is inflected, `café!` marked, `=who` exact, `WHO` cased, `volcan*` a
 * prefix, and `elect*^1` a prefix whose first letter must be a capital.
 */
function variants(term: Term): string[] {
  const shown = { inflected: '~$', folded: '$', marked: '$!', exact: '=$', cased: '$' } as const;
  return variantsOf(term).map((variant) =>
    variant
      .map(({ text, form, prefix, capitals }) => {
        const written = shown[form].replace('$', () => text) + (prefix ? '*' : '');
        return capitals === undefined ? written : `${written}^${capitals}`;
      })
      .join(' '),
  );
}

describe('the variants of a term', () => {
  it.each<[string, string[]]>([
    ['flood', ['~flood']],
    ['Café', ['~café']],
    ['e-mail', ['e ~mail', '~email']],
    ["O'Brien", ['o ~brien', '~obrien']],
    ['Putin’s', ['putin s', '~putins']],
    ["Putin's", ['putin s', '~putins']],
    ['US’s', ['us s', 'U S s']],
    ['D’Angelo', ['d ~angelo', '~dangelo']],
    ['l’arme', ['l ~arme']],
    ['she’ll', ['she ~ll']],
    ['Слов’янськ', ['слов ~янськ', '~словянськ']],
    ['AT&T', ['at&t']],
    ['AT & T', ['at&t']],
    ["AT&T's", ['at&t s']],
    ['C++', ['c++']],
    ['C++20', ['c++ 20']],
    ['C#', ['c#']],
    ['.NET', ['.net']],
    ['$T', ['$t']],
    ['$5', ['5']],
    ['P5+1', ['p5+1', 'p5+1s']],
    ['Ph.D.', ['~phd']],
    ['E.ON', ['~eon']],
    ['J.K. Rowling', ['j k ~rowling', 'JK ~rowling']],
    ['U.S.', ['u s', 'US']],
    ['u.s.', ['u s', '~us']],
    ['US', ['~us', 'U S']],
    ['NATO', ['~nato', 'N A T O']],
    ['UNESCO', ['~unesco', 'U N E S C O']],
    ['INTERPOLS', ['~interpols']],
    ['X', ['x']],
    ['U.S.-led', ['u s ~led', 'US ~led']],
    ['10000', ['10000']],
    ['2026', ['2026']],
    ['1990s', ['1990s']],
    ['737', ['737', '737s']],
    ['737s', ['737s', '737']],
    ['5s', ['5s']],
    ['10,000', ['10 000', '10000']],
    ['1.000.000', ['1 000 000', '1000000']],
    ['1,00,000', ['1 00 000', '100000']],
    ['2 500', ['2 500', '2500']],
    ['0.500', ['0 500']],
    ['3.14', ['3 14']],
    ['9-11', ['9 11']],
    ['F-16', ['f 16', 'f16', 'f16s']],
    ['F16s', ['f16s', 'f16']],
    ['GPT5', ['gpt5', 'gpt5s', 'gpt 5', 'gpt 5s']],
    ['iPhone 17s', ['iphone 17s', 'iphone 17', 'iphone17s', 'iphone17']],
    ['early 80', ['early 80', 'early80', 'early80s']],
    ['H1B', ['h1b']],
    ['100km', ['100km', '100 ~km']],
    ['100 km', ['100 ~km', '100km']],
    ['24h', ['24h', '24 h']],
    ['5G', ['5g']],
    ['300 g', ['300 g', '300g']],
    ['A320neo', ['a320neo', 'a320 ~neo']],
    ['5 percent', ['5 ~percent', '5%']],
    ['5%', ['5%']],
    ['می\u200cرود', ['مي ~رود', '~ميرود']],
    ['צה"ל', ['צה ל', '~צהל']],
    ['ש״ס', ['ש ס', '~שס', ...[...'הבלכמשו'].map((clitic) => `${clitic}שס`)]],
    ['Straße', ['~strasse']],
    ['普京', ['普 京']],
    ['أحمد', ['~احمد']],
    ['ısparta', ['~isparta']],
  ])('%s gives %j', (text, expected) => {
    expect(variants({ text })).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['central banks', ['central banks']],
    ['Café Müller', ['café! müller!']],
    ['2500 jobs', ['2500 jobs', '2500jobs']],
    ['GPT 5', ['gpt 5', 'G P T 5', 'gpt5']],
    ['US dollar', ['us dollar', 'U S dollar']],
    ['U.S. dollar', ['u s dollar', 'US dollar']],
    ['e-mail address', ['e mail address', 'email address']],
  ])('"%s", in quotes, gives %j', (text, expected) => {
    expect(variants({ text, quoted: true })).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['WHO', ['WHO']],
    ['who', ['=who']],
    ['Who', ['=who']],
    ['café', ['=café']],
    ['US dollar', ['US =dollar']],
    ['G7', ['G7']],
    ['10000', ['=10000']],
    ['e-mail', ['=e =mail']],
    ['AT&T', ['AT&T']],
    ['c++', ['=c++']],
  ])('=%s, exact, gives %j', (text, expected) => {
    expect(variants({ text, exact: true })).toEqual(expected);
  });

  it('end with a prefix if the term does', () => {
    expect(variants({ text: 'volcan', prefix: true })).toEqual(['volcan*']);
    expect(variants({ text: 'US', prefix: true })).toEqual(['us*']);
    expect(variants({ text: 'e-mai', prefix: true })).toEqual(['e mai*', 'emai*']);
    expect(variants({ text: 'central ban', quoted: true, prefix: true })).toEqual(['central ban*']);
    expect(variants({ text: 'UNE', exact: true, prefix: true })).toEqual(['UNE*']);
    expect(variants({ text: 'Élect', prefix: true })).toEqual(['élect!*', 'elect*^1']);
    expect(variants({ text: 'έκρηξ', prefix: true })).toEqual(['έκρηξ!*', 'εκρηξ*^1']);
    expect(variants({ text: 'révolt', prefix: true })).toEqual(['révolt!*', 'revolt*^6']);
  });

  it('are at most sixteen', () => {
    const text = 'US-China e-mail U.S. 10000 UN EU';
    expect(variantsOf({ text, quoted: true })).toHaveLength(16);
    expect(variants({ text, quoted: true })[0]).toBe('us china e mail u s 10000 un eu');
  });
});

describe('isOneName', () => {
  it.each(['iPhone 17', '100 km', '2 500', '1 000 000', '5 percent', '5 per cent', '3.5 percent'])(
    'is true for %s',
    (text) => {
      expect(isOneName(text.split(' '))).toBe(true);
    },
  );

  it.each(['new york', 'F 16', 'iPhone', '2024 500', '5', 'iPhone 17 sales', 'US troops'])(
    'is false for %s',
    (text) => {
      expect(isOneName(text.split(' '))).toBe(false);
    },
  );
});
