import { expect, it } from 'vitest';
import { highlightsOf, mapHighlights } from '../../../../functions/shared/text/highlights.ts';

it.each([
  ['Talks begin', ['talks'], '[Talks] begin'],
  ['Bank of England', ['Bank', 'Bank of England', 'England'], '[Bank of England]'],
  ['the U.S. army', ['U.S'], 'the [U.S]. army'],
  ['Cafés, CAFÉS and cafe', ['Cafés'], '[Cafés], [CAFÉS] and cafe'],
  ['a a a', ['a a'], '[a a] a'],
  ['nothing', ['', '!'], 'nothing'],
])('highlights in %j the phrases %j', (text, phrases, expected) => {
  const parts = mapHighlights(text, highlightsOf(text, phrases), String, (part) => `[${part}]`);
  expect(parts.join('')).toBe(expected);
});
