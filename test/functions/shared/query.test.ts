import { describe, expect, it } from 'vitest';
import { parseTerms, QueryError, words } from '../../../functions/shared/query.ts';

describe('words', () => {
  it.each([
    ['Storm surge hits Port-Vell', ['storm', 'surge', 'hits', 'port', 'vell']],
    ["Ostrand’s plan, Ostrand's plan", ['ostrand', 's', 'plan', 'ostrand', 's', 'plan']],
    ['The U.S. in 2026', ['the', 'u', 's', 'in', '2026']],
    ['l’été à Zürich', ['l', 'été', 'à', 'zürich']],
    ['Наводнение в Київ', ['наводнение', 'в', 'київ']],
    ['東京 で 地震', ['東京', 'で', '地震']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['زلزال كبير', ['زلزال', 'كبير']],
    ['H₂O ½ ²', ['h₂o', '½', '²']],
    ['ΟΔΟΣ Οδος', ['οδος', 'οδος']],
    ['snake_case e-mail a/b', ['snake', 'case', 'e', 'mail', 'a', 'b']],
    ['🌊 flood 🌊🌊', ['flood']],
    ['', []],
    [' …—!? ', []],
  ])('of %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('are the same composed and decomposed', () => {
    const text = 'Żółć à Zürich, Việt Nam, 한국';
    expect(text.normalize('NFD')).not.toBe(text.normalize('NFC'));
    expect(words(text.normalize('NFD'))).toEqual(words(text.normalize('NFC')));
    expect(words(text.normalize('NFD'))).toContain('việt'.normalize('NFC'));
  });

  it('are found in long texts in linear time', () => {
    expect(words(`${'-'.repeat(500_000)}${'a'.repeat(500_000)}`)).toHaveLength(1);
  });
});

describe('parseTerms', () => {
  const term = (text: string, ...found: string[]) => ({ term: { text, words: found } });

  it('reads one word, and more as all of them', () => {
    expect(parseTerms('Storm')).toEqual(term('Storm', 'storm'));
    expect(parseTerms('  storm\t surge\n')).toEqual({
      all: [term('storm', 'storm'), term('surge', 'surge')],
    });
  });

  it('reads a word with signs inside as a phrase', () => {
    expect(parseTerms('U.S.')).toEqual(term('U.S.', 'u', 's'));
    expect(parseTerms("Ostrand's")).toEqual(term("Ostrand's", 'ostrand', 's'));
    expect(parseTerms('AT&T')).toEqual(term('AT&T', 'at', 't'));
    expect(parseTerms('e-mail')).toEqual(term('e-mail', 'e', 'mail'));
  });

  it.each([
    '"storm surge"',
    '“storm surge”',
    '„storm surge“',
    '„storm surge”',
    '«storm surge»',
    '»storm surge«',
    '”storm surge”',
  ])('reads the quotes of %s', (text) => {
    expect(parseTerms(text)).toEqual(term('storm surge', 'storm', 'surge'));
  });

  it('reads phrases beside words, with or without a space', () => {
    const expected = {
      all: [term('flood', 'flood'), term('storm surge', 'storm', 'surge'), term('dyke', 'dyke')],
    };
    expect(parseTerms('flood " storm surge " dyke')).toEqual(expected);
    expect(parseTerms('flood"storm surge"dyke')).toEqual(expected);
  });

  it.each(['"storm', 'storm"', '“storm surge', 'storm surge”', '"storm" "surge', '„a“ “'])(
    'refuses the quote without its other of %s',
    (text) => {
      expect(() => parseTerms(text)).toThrow(
        new QueryError(`expected a closing quote, got ${JSON.stringify(text)}`),
      );
    },
  );

  it.each(['AND', 'OR', 'NOT', 'NEAR', 'NEAR/3'])('refuses the operator %s', (operator) => {
    expect(() => parseTerms(`storm ${operator} flood`)).toThrow(
      new QueryError(
        `expected words and "quoted phrases", got the operator ${operator}; ` +
          'write lists under any:, all: and none:, or quote the word to search for it',
      ),
    );
    expect(parseTerms(`"${operator}"`)).toMatchObject({ term: { text: operator } });
    expect(parseTerms(operator.toLowerCase())).toMatchObject({ term: { text: operator.toLowerCase() } });
  });

  it.each([
    '-flood',
    '-',
    '=Flood',
    'flood*',
    '*',
    '(flood',
    'flood)',
    '@eu',
    '/flo+d/',
    'title:flood',
    'source:bbc',
    'lang:en',
  ])('refuses the reserved %s', (word) => {
    expect(() => parseTerms(`storm ${word}`)).toThrow(
      new QueryError(`expected words and "quoted phrases", got ${word}; quote it to search for its words`),
    );
  });

  it('refuses a reserved sign before a phrase', () => {
    expect(() => parseTerms('-"storm surge"')).toThrow('got -; quote it');
    expect(() => parseTerms('title:"storm surge"')).toThrow('got title:; quote it');
  });

  it('takes reserved signs within quotes', () => {
    expect(parseTerms('"-flood (title:x*)"')).toEqual(term('-flood (title:x*)', 'flood', 'title', 'x'));
  });

  it.each(['', '   ', '\n'])('refuses nothing: %j', (text) => {
    expect(() => parseTerms(text)).toThrow('expected a word or a "quoted phrase", got nothing');
  });

  it.each([
    ['&', '&'],
    ['storm — flood', '—'],
    ['"…"', '…'],
    ['""', ''],
    ['🌊', '🌊'],
  ])('refuses what has no letter or digit: %s', (text, got) => {
    expect(() => parseTerms(text)).toThrow(
      new QueryError(`expected letters or digits to search for, got ${JSON.stringify(got)}`),
    );
  });
});
