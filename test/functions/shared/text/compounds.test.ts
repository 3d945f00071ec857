import { describe, expect, it } from 'vitest';
import { compoundsOf, maxCompounds } from '../../../../functions/shared/text/compounds.ts';
import { wordsOf } from '../../../../functions/shared/text/words.ts';

const compounds = (text: string) => compoundsOf(text, wordsOf(text)).map((one) => one.text);

describe('compoundsOf', () => {
  it.each<[string, string[]]>([
    ['An e-mail to all', ['email']],
    ['O’Brien, OʼBrien, O`Brien', ['obrien', 'obrien', 'obrien']],
    ['Qur’an', ['quran']],
    ['McDonald’s', ['mcdonalds']],
    ['GPT-5 and F-16s', ['gpt5', 'f16s']],
    ['Covid‑19', ['covid19']],
    ['state-of-the-art', ['stateof', 'stateofthe', 'stateoftheart', 'ofthe', 'oftheart', 'theart']],
    ['Ph.D. at 9 a.m.', ['phd', 'am']],
    ['col·lecció', ['collecció']],
    ['כוחות צה״ל', ['צהל']],
    ['می\u200cرود', ['میرود']],
    ['AT&T, AT & T, H&M-Chef', ['at&t', 'at&t', 'h&m', 'mchef']],
    ['C++, C++20 and C#.', ['c++', 'c++', 'c#']],
    ['Microsoft .NET on @nasa for $T #MeToo', ['.net', '@nasa', '$t', '#metoo']],
    ['up 5%, 3.5 %, 5٪', ['5%', '.5%', '5%']],
    ['the P5+1', ['p5+1']],
    ['5 percent, 6 per cent, 7 Prozent, 8 pour cent', ['5%', '6%', '7%', '8%']],
    ['2,500 of 10.000, 1 000 000 and 1’234', ['2500', '10000', '1000000', '1234']],
    ['1,00,000 rupees', ['100000']],
  ])('%j gives %j', (text, expected) => {
    expect(compounds(text)).toEqual(expected);
  });

  it.each([
    'The 9-11 memorial, 2024-25 and 3-0',
    'She’ll say we’re wrong',
    'the US’s plan',
    'l’arme, c’era, d’anno',
    'the U.S. and the G.O.P.',
    'bbc.co.uk, said.Then, 3.5',
    'a dash - between, “quotes” and 5"',
    'name@example.org costs $5 or +5, #1',
    'in 2024 500 people, 0.500, 12,5000',
    '東-京',
  ])('finds none in %s', (text) => {
    expect(compounds(text)).toEqual([]);
  });

  it('finds a limited number', () => {
    const max = maxCompounds(20_000) + 10;
    expect(compounds('a-b '.repeat(5_000)).length).toBeLessThan(max);
    expect(compounds('a-'.repeat(10_000)).length).toBeLessThan(max);
    // No real label of 200 characters has as many.
    expect(compounds('a-'.repeat(100)).length).toBeLessThan(60);
  });
});
