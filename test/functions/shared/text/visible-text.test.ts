import { expect, it } from 'vitest';
import { visibleText } from '../../../../functions/shared/text/visible-text.ts';

it.each([
  ['a zero-width space', '\u200b'],
  ['a zero-width non-joiner', '\u200c'],
  ['a zero-width joiner', '\u200d'],
  ['a word joiner', '\u2060'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['a mark of direction', '\u200e'],
  ['an override of direction', '\u202e'],
  ['a grapheme joiner', '\u034f'],
  ['a variation selector', '\ufe0f'],
  ['a Mongolian separator', '\u180e'],
  ['a tag', '\u{e0041}'],
  ['several', '\u200b\u200b\u2060\u00ad'],
])('%s does not part a word', (_name, invisible) => {
  expect(visibleText(`Ost${invisible}rand`)).toBe('Ostrand');
  expect(visibleText(`Мо${invisible}ст и 東${invisible}京`)).toBe('Мост и 東京');
});

it.each([
  ['the half-space of Persian', 'کتاب\u200cها'],
  ['a half-space behind Latin letters', 'PDF\u200cها'],
  ['a joiner of Devanagari', 'क्\u200dष'],
  ['families', '👩\u200d🚒 👨🏽\u200d👩🏽\u200d👧'],
  ['signs drawn as emoji', '❤\ufe0f\u200d🔥 1\ufe0f\u20e3 ℹ\ufe0f'],
  ['the flag of England', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ['the limits of Thai words', 'ภาษา\u200bไทย'],
  ['the limits of Khmer words', 'ភាសា\u200bខ្មែរ'],
  ['Mongolian', 'ᠠ\u180eᠠ'],
  ['Arabic signs of format that are seen', '\u0661\u06dd'],
])('%s stay', (_name, text) => {
  expect(visibleText(text)).toBe(text);
});

it('keeps one of several zero-width spaces between Thai letters, and none at the end of Thai', () => {
  expect(visibleText('ภาษา\u200b\u200bไทย\u200b Tolmark')).toBe('ภาษา\u200bไทย Tolmark');
});

it('reads a filler as a blank', () => {
  expect(visibleText('Storm\u3164warning')).toBe('Storm warning');
});

it('makes names with selectors of variants the same as without', () => {
  expect(visibleText('葛\u{e0100}飾区')).toBe('葛飾区');
});

it('keeps 30 marks on a letter', () => {
  for (const count of [1, 29, 30, 31, 60, 61, 62, 100]) {
    const text = `ae${'\u0301'.repeat(count)}x`;
    expect(visibleText(text)).toBe(`ae${'\u0301'.repeat(Math.min(count, 30))}x`);
  }
});

it('gives text that is normalised in linear time', () => {
  const text = visibleText(`e${'\u0301\u0323'.repeat(150_000)}`.repeat(2));
  const start = performance.now();
  text.normalize('NFC');
  expect(performance.now() - start).toBeLessThan(100);
  expect(text).toHaveLength(62);
});
