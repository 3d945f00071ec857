import { expect, it } from 'vitest';
import GraphemeSplitter from '../../../lib/bundle/grapheme-splitter.ts';

it('does not split what people see as one letter', () => {
  const letters = ['a', 'e\u0301', '👨‍👩‍👧', '🇩🇪', '\u1100\u1161\u11a8', '\r\n', 'ß'];
  expect(new GraphemeSplitter().splitGraphemes(letters.join(''))).toEqual(letters);
});
