import { describe, expect, it } from 'vitest';
import type { Term } from '../../../../functions/shared/model.ts';
import { waysOf } from '../../../../functions/shared/text/ways.ts';

/** Ways of a term as text: `~flood` is inflected, `café!` marked, `=who` exact, `WHO` cased, `volcan*` a beginning. */
function ways(term: Term): string[] {
  const shown = { inflected: '~$', folded: '$', marked: '$!', exact: '=$', cased: '$' } as const;
  return waysOf(term).map((way) =>
    way.map(({ text, form, prefix }) => shown[form].replace('$', text) + (prefix ? '*' : '')).join(' '),
  );
}

describe('ways of a term', () => {
  it.each<[string, string[]]>([
    ['flood', ['~flood']],
    ['Café', ['~café']],
    ['e-mail', ['e ~mail', '~email']],
    ["O'Brien", ['o ~brien', '~obrien']],
    ['Putin’s', ['putin s']],
    ["Putin's", ['putin s']],
    ['AT&T', ['at t']],
    ['U.S.', ['u s', 'US']],
    ['u.s.', ['u s', '~us']],
    ['US', ['~us', 'U S']],
    ['NATO', ['~nato', 'N A T O']],
    ['UNESCO', ['~unesco']],
    ['X', ['x']],
    ['U.S.-led', ['u s ~led', 'US ~led']],
    ['10000', ['10000', '10 000']],
    ['1234567', ['1234567', '1 234 567']],
    ['2026', ['2026']],
    ['10,000', ['10 000', '10000']],
    ['1.000.000', ['1 000 000', '1000000']],
    ['3.14', ['3 14']],
    ['9-11', ['9 11']],
    ['F-16', ['f 16', 'f16']],
    ['普京', ['普 京']],
    ['أحمد', ['~احمد']],
    ['ısparta', ['~ısparta']],
  ])('%s: %j', (text, expected) => {
    expect(ways({ text })).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['central banks', ['central banks']],
    ['Café Müller', ['café! müller!']],
    ['US dollar', ['us dollar', 'U S dollar']],
    ['U.S. dollar', ['u s dollar', 'US dollar']],
    ['e-mail address', ['e mail address', 'email address']],
  ])('"%s", in quotes: %j', (text, expected) => {
    expect(ways({ text, quoted: true })).toEqual(expected);
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
  ])('=%s, exact: %j', (text, expected) => {
    expect(ways({ text, exact: true })).toEqual(expected);
  });

  it('take the last word for a beginning where it is one', () => {
    expect(ways({ text: 'volcan', prefix: true })).toEqual(['volcan*']);
    expect(ways({ text: 'US', prefix: true })).toEqual(['us*']);
    expect(ways({ text: 'e-mai', prefix: true })).toEqual(['e mai*', 'emai*']);
    expect(ways({ text: 'central ban', quoted: true, prefix: true })).toEqual(['central ban*']);
    expect(ways({ text: 'UNE', exact: true, prefix: true })).toEqual(['UNE*']);
  });

  it('are at most eight', () => {
    const text = 'US-China e-mail U.S. 10000 UN EU';
    expect(waysOf({ text, quoted: true })).toHaveLength(8);
    expect(ways({ text, quoted: true })[0]).toBe('us china e mail u s 10000 un eu');
  });
});
