import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../../config/query/compile-query.ts';
import { findPattern } from '../../../../functions/match/find-pattern.ts';
import { compileMatcher } from '../../../../functions/match/matcher.ts';
import { hostileTexts } from '../../../helpers/hostile-texts.ts';
import { sampled } from '../../../helpers/size.ts';

const matcher = (text: string) => compileMatcher([{ id: 't', query: parseQuery(text).query }], findPattern);

function reasonsFor(query: string, content: string) {
  return matcher(query).match({ title: '', summary: '', content })[0]?.why ?? [];
}

const MAX_SNIPPET = 322;
const MAX_FOUND = 200;

describe('a snippet', () => {
  it.each([
    ['one endless word', 'flood*', `flood${'abcdefghij'.repeat(6_000)}`],
    ['an endless word before it', 'flood', `${'abcdefghij'.repeat(1_900)} flood`],
    ['an endless word after it', 'flood', `flood ${'abcdefghij'.repeat(1_900)}`],
    ['no spaces', 'flood', `${'日'.repeat(9_000)}flood${'日'.repeat(9_000)}`],
    ['combining marks', 'flood*', `flood${'\u0301'.repeat(9_000)}`],
    ['a page of dashes', '"flood storm"', `flood${'-'.repeat(9_000)}storm`],
    ['letters that join into one grapheme', '/क.+/', 'क्'.repeat(9_000)],
    ['family emoji', '/x.+/', `x${'👩‍👩‍👧'.repeat(2_000)}`],
    ['flags', '/x.+/', `x${'🇪🇺'.repeat(4_000)}`],
    ['a pattern that matches everything', '/.+/', 'word '.repeat(4_000)],
  ])('is short next to %s', (_, query, content) => {
    const reasons = reasonsFor(query, content);
    expect(reasons).toHaveLength(1);
    for (const { snippet, found } of reasons) {
      expect(snippet.length).toBeLessThanOrEqual(MAX_SNIPPET);
      expect(found?.length).toBeGreaterThan(0);
      expect(found?.length).toBeLessThanOrEqual(MAX_FOUND);
      expect(snippet.isWellFormed()).toBe(true);
      expect(snippet).toContain(found);
    }
  });

  it('keeps the joiners of emoji, and shows the match of a pattern', () => {
    const content = 'A \u2060flood 👨‍👩‍👧‍👦 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 \u00adstorm';
    const shown = 'A flood 👨‍👩‍👧‍👦 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 storm';
    expect(reasonsFor('"storm"', content)).toMatchObject([{ found: 'storm', snippet: shown }]);
    expect(reasonsFor('/st.rm/', content)).toMatchObject([{ found: 'storm', snippet: shown }]);
    expect(reasonsFor('/storm$/', content)).toMatchObject([{ found: 'storm', snippet: shown }]);
    expect(reasonsFor('/flood/', content)).toMatchObject([{ found: 'flood', snippet: shown }]);
  });

  it('does not cut a flag emoji', () => {
    const [reason] = reasonsFor('/🇪🇺.+/', '🇪🇺'.repeat(2_000));
    expect(reason?.found).toBe('🇪🇺'.repeat(50));
  });

  it('is short in every hostile text', () => {
    const texts = sampled([...hostileTexts(['flood', 'storm'])], 8);
    for (const [name, text] of texts) {
      const content = text(5_000, 3);
      for (const { snippet, found } of reasonsFor('flood OR storm OR a OR /[^ ]+/', content)) {
        expect(snippet.length, name).toBeLessThanOrEqual(MAX_SNIPPET);
        expect(found?.length, name).toBeLessThanOrEqual(MAX_FOUND);
      }
    }
  });
});
