import { describe, expect, it } from 'vitest';
import { isLetterPair, isNumber, termsOf } from '../../../../functions/shared/text/terms.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';

const termsIn = (text: string) => termsOf(text).map((term) => term.text);

describe('termsOf', () => {
  it('returns the first letters of words, without function words', () => {
    expect(termsIn('The ferries of Port Lumen are striking again')).toEqual([
      'ferrie',
      'port',
      'lumen',
      'striki',
      'again',
    ]);
  });

  it('keeps numbers and abbreviations whole', () => {
    expect(termsIn('Magnitude 5.1 at 12:30, U.N. counts 194,000')).toEqual([
      'magnit',
      '5.1',
      '12:30',
      'un',
      'counts',
      '194000',
    ]);
  });

  it('omits function words only of the text’s own language', () => {
    expect(termsIn('Die Brücke ist nach dem Sturm wieder offen')).toEqual([
      'brucke',
      'sturm',
      'wieder',
      'offen',
    ]);
    expect(termsIn('The ferry will die with the harbour')).toContain('die');
  });

  it('returns pairs of adjacent letters in scripts without spaces', () => {
    expect(termsIn('港口罢工')).toEqual(['港口', '口罢', '罢工']);
  });

  it('ignores diacritics', () => {
    expect(termsIn('Café Müller')).toEqual(termsIn('Cafe Muller'));
  });

  it('has the written form of each word, and whether it begins with a capital', () => {
    expect(termsOf('Vask’s FERRIES')).toEqual([
      { text: 'vask', raw: 'Vask', capital: true },
      { text: 'ferrie', raw: 'FERRIES', capital: true },
    ]);
    expect(termsOf('at 12:30 in Lumen').map(({ raw, capital }) => [raw, capital])).toEqual([
      ['12:30', false],
      ['Lumen', true],
    ]);
    expect(termsOf('U.N. envoy').map(({ raw }) => raw)).toEqual(['U.N', 'envoy']);
  });

  it('reads only the first words of a long text, and is fast', async () => {
    expect(await takesLessThan(250, () => termsOf('harbour ferry strike '.repeat(10_000)))).toHaveLength(300);
  });

  it.each(['', '   ', '…', '🚢', '\ud83d', 'a b c'])('finds no terms in %j', (text) => {
    expect(termsOf(text)).toEqual([]);
  });
});

describe('isLetterPair and isNumber', () => {
  it('recognise terms of scripts without spaces, and numbers', () => {
    const terms = ['港口', 'ทะ', 'ferry', 'мост', '5.1', '12:30', '٣'];
    expect(terms.map(isLetterPair)).toEqual([true, true, false, false, false, false, false]);
    expect(terms.map(isNumber)).toEqual([false, false, false, false, true, true, true]);
  });
});
