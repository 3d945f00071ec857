import { expect, it } from 'vitest';
import { documentTitle } from '../../../functions/poll/feed-title.ts';

it.each([
  ['The Herald', 'The Herald'],
  ['  The\n\tHerald  ', 'The Herald'],
  ['The\u0000 He\u200brald\u202e\ufeff', 'The Herald'],
  ['خبرنامه‌ها', 'خبرنامه‌ها'],
  ['👩‍🚀 Space', '👩‍🚀 Space'],
  ['☂', '☂'],
  [`${'a'.repeat(119)} b`, `${'a'.repeat(119)}…`],
  [`${'word '.repeat(40)}`, `${'word '.repeat(23).trimEnd()}…`],
  [`${'a'.repeat(118)}😀😀`, `${'a'.repeat(118)}…`],
])('%j is shown as %j', (title, shown) => {
  expect(documentTitle({ title })).toBe(shown);
  expect(shown.length).toBeLessThanOrEqual(120);
});

it.each(['', ' \n', '\u200b\u00ad', '-', '…', '\ud800'])('%j is not a title', (title) => {
  expect(documentTitle({ title })).toBeUndefined();
});
