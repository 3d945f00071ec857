import { describe, expect, it } from 'vitest';
import { domainOf, safeText, safeUrl, shorten } from '../../../../functions/shared/text/safe-text.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';
import { seededRandom } from '../../../helpers/seeded-random.ts';

describe('safeText', () => {
  it.each([
    ['the line breaks of header injection', 'Rates\r\nBcc: eve@example.com', 'Rates Bcc: eve@example.com'],
    ['line breaks of any kind', 'a\u0085b\u2028c\u2029d\ve\ff', 'a b c d e f'],
    ['repeated white space', ' \t a\u00a0\u3000\u2009b  ', 'a b'],
    ['control characters', 'a\u0000b\u0007c\u001b[31md\u007f\u009b', 'abc[31md'],
    ['bidi overrides', 'invoice\u202egnp.exe \u2066x\u2069 \u200fy\u061c', 'invoicegnp.exe x y'],
    ['zero-width characters', 'R\u200ba\u2060t\ufeffe\u00ads', 'Rates'],
    ['invisible letters and tags', 'a\u3164b\u115fc\u034f\u{e0041}\u{e0001}', 'abc'],
    ['private use and non-characters', 'a\ue000\u{f0000}b\ufdd0\uffff\u{1ffff}c', 'abc'],
    ['lone surrogates', 'a\ud83db\udc00c', 'abc'],
  ])('removes %s', (_what, text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it.each([
    '👩‍👩‍👧 ❤️ 🇪🇺 👍🏽',
    'می‌خواهم',
    'क्‍ष',
    'Rates – “up” by ¼ %',
    '<script>&amp;',
    'e\u0301',
    '選挙、𠮷',
  ])('does not change %s', (text) => {
    expect(safeText(text)).toBe(text);
  });

  it.each(['', ' \n ', '\u200b\u2060', '\u200d', '\ufe0f\u200c', '\u3164 \u3164', '\u0301'])(
    'returns an empty string if nothing is visible (%j)',
    (text) => {
      expect(safeText(text)).toBe('');
    },
  );
});

describe('safeUrl', () => {
  it.each([
    ['https://courier.example/a?b=1#c', 'https://courier.example/a?b=1#c'],
    ['HTTP://Courier.Example', 'http://courier.example/'],
    ['https://courier.example/a b\r\nBcc: x', 'https://courier.example/a%20bBcc:%20x'],
    ['https://bank.example:secret@eve.example/a', 'https://eve.example/a'],
    ['https://courier.example/\u202egnp', 'https://courier.example/%E2%80%AEgnp'],
    ['https://münze.example/ß?q=`"<>', 'https://xn--mnze-0ra.example/%C3%9F?q=%60%22%3C%3E'],
  ])('%j gives %s', (text, url) => {
    expect(safeUrl(text, 100)).toBe(url);
    expect(url).toMatch(/^[!-~]+$/);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript://courier.example/%0aalert(1)',
    'data:text/html,<script>',
    'file:///etc/passwd',
    'mailto:eve@example.com',
    'ftp://courier.example/',
    '//courier.example/a',
    '/a',
    'courier.example',
    'https://',
    'https://courier.example:99999/',
    '',
  ])('%j is not a web address', (text) => {
    expect(safeUrl(text, 100)).toBeUndefined();
  });

  it('never shortens an address', () => {
    const url = `https://courier.example/${'a'.repeat(76)}`;
    expect(safeUrl(url, 100)).toBe(url);
    expect(safeUrl(`${url}a`, 100)).toBeUndefined();
    // Encoding makes this one longer.
    expect(safeUrl(`https://courier.example/${'ä'.repeat(70)}`, 100)).toBeUndefined();
  });
});

describe('domainOf', () => {
  it.each([
    ['https://www.courier.example/a', 'courier.example'],
    ['https://xn--mnze-0ra.example/', 'xn--mnze-0ra.example'],
    ['http://[::1]:80/', '[::1]'],
    ['no address', undefined],
  ])('%j gives %j', (url, domain) => {
    expect(domainOf(url)).toBe(domain);
  });
});

describe('shorten', () => {
  it.each([
    ['one two three', 13, 'one two three'],
    ['one two three', 12, 'one two…'],
    ['one two three', 8, 'one two…'],
    ['one two three', 7, 'one…'],
    ['one two, three', 9, 'one two,…'],
    ['one two three', 4, 'one…'],
    ['one two three', 3, 'on…'],
    ['one', 1, '…'],
    ['antidisestablishmentarianism', 10, 'antidises…'],
    ['a antidisestablishmentarianism', 10, 'a antidis…'],
    ['', 0, ''],
  ])('%j in %i units gives %j', (text, max, short) => {
    expect(shorten(text, max)).toBe(short);
  });

  it('never cuts within a character', () => {
    const family = '👩‍👩‍👧';
    expect(shorten(`ab ${family}${family}`, 3 + family.length + 1)).toBe(`ab ${family}…`);
    expect(shorten(`ab${family}`, 2 + family.length - 1)).toBe('ab…');
    expect(shorten('🇪🇺🇺🇳', 6)).toBe('🇪🇺…');
    expect(shorten('e\u0301e\u0301e\u0301', 4)).toBe('e\u0301…');
    expect(shorten(`a${'\u0301'.repeat(500)}b`, 20)).toBe('…');
  });

  it('accepts another mark', () => {
    expect(shorten('one two three', 12, '...')).toBe('one two...');
    expect(shorten('one two three', 0, '')).toBe('');
  });

  it('never exceeds the limit, and returns the beginning of the text', () => {
    const random = seededRandom(11);
    const pieces = ['a', 'word', ' ', ' ', '👩‍👩‍👧', '🇪🇺', 'e\u0301', '選挙', '𠮷', '-'];
    for (let round = 0; round < 2_000; round++) {
      const text = Array.from({ length: random.integer(40) }, () => random.pick(pieces)).join('');
      const max = 1 + random.integer(60);
      const short = shorten(text, max);
      expect(short.length, text).toBeLessThanOrEqual(Math.max(max, 1));
      expect(short.isWellFormed(), text).toBe(true);
      expect(text.startsWith(short.replace(/…$/, '')), text).toBe(true);
      expect(short === text || short.endsWith('…'), text).toBe(true);
    }
  });

  it('reads only the beginning of a long text', async () => {
    const text = 'word '.repeat(200_000);
    shorten(text, 50);
    await takesLessThan(500, () => {
      for (let n = 0; n < 1_000; n++) shorten(text, 50);
    });
  });
});
