import { expect, it } from 'vitest';
import { visibleText } from '../../../../functions/shared/text/visible-text.ts';
import { takesLessThan } from '../../../helpers/processor-time.ts';

it.each([
  ['a zero-width space', '\u200b'],
  ['a zero-width non-joiner', '\u200c'],
  ['a zero-width joiner', '\u200d'],
  ['a word joiner', '\u2060'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['a direction mark', '\u200e'],
  ['a direction override', '\u202e'],
  ['a grapheme joiner', '\u034f'],
  ['a variation selector', '\ufe0f'],
  ['a Mongolian separator', '\u180e'],
  ['a tag', '\u{e0041}'],
  ['several', '\u200b\u200b\u2060\u00ad'],
])('removes %s within a word', (_name, invisible) => {
  expect(visibleText(`Ost${invisible}rand`)).toBe('Ostrand');
  expect(visibleText(`Мо${invisible}ст и 東${invisible}京`)).toBe('Мост и 東京');
});

it.each([
  ['the half-space of Persian', 'کتاب\u200cها'],
  ['a half-space after Latin letters', 'PDF\u200cها'],
  ['a joiner of Devanagari', 'क्\u200dष'],
  ['emoji with joiners', '👩\u200d🚒 👨🏽\u200d👩🏽\u200d👧'],
  ['signs drawn as emoji', '❤\ufe0f\u200d🔥 1\ufe0f\u20e3 ℹ\ufe0f'],
  ['the flag of England', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ['spaces between Thai words', 'ภาษา\u200bไทย'],
  ['spaces between Khmer words', 'ភាសា\u200bខ្មែរ'],
  ['a Mongolian vowel separator', 'ᠠ\u180eᠠ'],
  ['visible format characters of Arabic', '\u0661\u06dd'],
])('keeps %s', (_name, text) => {
  expect(visibleText(text)).toBe(text);
});

it('keeps one of several zero-width spaces between Thai letters, and none after them', () => {
  expect(visibleText('ภาษา\u200b\u200bไทย\u200b Tolmark')).toBe('ภาษา\u200bไทย Tolmark');
});

it('replaces a Hangul filler with a space', () => {
  expect(visibleText('Storm\u3164warning')).toBe('Storm warning');
});

it('removes variation selectors from names', () => {
  expect(visibleText('葛\u{e0100}飾区')).toBe('葛飾区');
});

it('keeps at most 30 marks on a letter', () => {
  for (const count of [1, 29, 30, 31, 60, 61, 62, 100]) {
    const text = `ae${'\u0301'.repeat(count)}x`;
    expect(visibleText(text)).toBe(`ae${'\u0301'.repeat(Math.min(count, 30))}x`);
  }
});

it('returns text that can be normalised in linear time', async () => {
  const text = visibleText(`e${'\u0301\u0323'.repeat(150_000)}`.repeat(2));
  await takesLessThan(100, () => text.normalize('NFC'));
  expect(text).toHaveLength(62);
});
