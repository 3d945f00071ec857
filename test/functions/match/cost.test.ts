import { describe, expect, it } from 'vitest';
import { hostileCost, matcherAbout } from '../../../bench/match/hostile.ts';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { findPattern } from '../../../functions/match/find-pattern.ts';
import { compileMatcher, type Matcher } from '../../../functions/match/matcher.ts';
import { termsOf } from '../../../functions/shared/text/terms.ts';
import { hostileTexts } from '../../helpers/hostile-texts.ts';
import { takesLessThan } from '../../helpers/processor-time.ts';
import { sampled } from '../../helpers/size.ts';

const WORDS =
  'flood storm quake bridge ferry strike council river valley border minister senate harbour'.split(' ');
const matcher = matcherAbout(WORDS);

let seed = 0;
/** Returns the processor time of matching a text of this length with new words, in milliseconds. */
function cost(text: (units: number, seed: number) => string, units: number, rounds = 2): number {
  seed += 1_000;
  return hostileCost(matcher, text, { units, rounds, seed });
}

const JOINED_BY_SIGN = /^(a|A|ab|1|100|flood)? ?[^\p{L}\p{N}] ?(b|B|cd|2|200|storm)?$/u;

/**
 * Maximum processor time of one item on a busy machine, in milliseconds. `npm run bench -- hostile` measures on a quiet
 * one.
 */
const MAX_MS = 250;

it('takes time proportional to the length of any text', () => {
  // Leaves out texts of joined words, except those whose signs have rules of their own.
  const all = [...hostileTexts(WORDS)].filter(([name]) => !JOINED_BY_SIGN.test(name) || /[-.’&%]/.test(name));
  const texts = sampled(all, 9);
  for (const [, text] of texts.slice(0, 40)) cost(text, 2_000);
  // Twice the time for twice the length is linear. Differences of some milliseconds are noise.
  const isSlow = (half: number, whole: number) => whole > MAX_MS || whole > 3 * half + 30;
  const slow: string[] = [];
  for (const [name, text] of texts) {
    if (!isSlow(cost(text, 10_000), cost(text, 20_000))) continue;
    // Garbage collection and compilation fall on single rounds.
    const [half, whole] = [cost(text, 10_000, 10), cost(text, 20_000, 10)];
    if (isSlow(half, whole)) slow.push(`${name}: ${half.toFixed(0)} and ${whole.toFixed(0)} ms`);
  }
  expect(slow).toEqual([]);
}, 600_000);

describe('an item with thousands of distinct words', () => {
  /** Returns distinct words of three letters. None of them is in a query. */
  const distinctWords = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      [n / 676, n / 26, n].map((of) => 'qwxzvjkyaeioutrspdfghlcbnm'[Math.floor(of) % 26]).join(''),
    );
  const item = (words: readonly string[], last: string) => ({
    title: '',
    summary: words.slice(0, 3_900).join(' '),
    content: [...words.slice(3_900), last].join(' '),
  });
  const newMatcher = () =>
    compileMatcher(
      ['flood', 'été', '"storm"', '=quake'].map((text) => ({ id: text, query: parseQuery(text).query })),
      findPattern,
    );
  const idsOf = (matcher: Matcher, words: number, last: string) =>
    matcher.match(item(distinctWords(words), last)).map(({ topicId }) => topicId);

  it('matches all forms of its words, if it is as long as the longest articles', () => {
    expect(idsOf(newMatcher(), 3_900, 'floods étés storm quake')).toEqual(['flood', '"storm"', '=quake']);
  });

  it('matches later words only as written, whatever was matched before', () => {
    const matcher = newMatcher();
    for (let n = 0; n < 2; n++) {
      expect(idsOf(matcher, 8_500, 'floods storms quakes')).toEqual([]);
      expect(idsOf(matcher, 8_500, 'flood été storm quake')).toEqual(['flood', 'été', '"storm"', '=quake']);
      matcher.match({ title: 'Floods', summary: 'étés', content: 'storm quake' });
    }
  });
});

it('extracts the terms of story comparison in time proportional to the text', async () => {
  for (const [name, text] of sampled([...hostileTexts(WORDS)], 4)) {
    const whole = text(600, 7);
    await takesLessThan(50, () => termsOf(whole), name);
  }
}, 120_000);
