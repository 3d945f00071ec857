import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { evaluate } from '../../../functions/match/evaluate.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';
import { type SeededRandom, seededRandom } from '../../helpers/seeded-random.ts';
import { sized } from '../../helpers/size.ts';
import { disguise, VARIANTS } from './variants.ts';

const PAIRS = sized(12, 150);

/** Returns whether a query matches, and asserts that the engine and `evaluate` agree. */
function finds(text: string, title: string, summary = ''): boolean {
  const { query } = parseQuery(text);
  const item = { title, summary, content: '' };
  const found = compileMatcher([{ id: 'topic', query }], () => undefined).match(item).length > 0;
  expect(evaluate(query, item, () => undefined) !== undefined, `evaluate ${text} on ${title}`).toBe(found);
  return found;
}

/** ASCII gershayim would close the quotes. */
const inQuotes = (form: string) => `“${form.replace(/["”]/g, '״')}”`;

/**
 * Tries all kinds of queries for a form on a headline with another form, and returns a message for each that fails.
 * An exclusion must fail to match.
 */
function failures(form: string, other: string, isInflection: boolean): string[] {
  const headline = `Grendal ${other} tolmark`;
  const operand = /[ \u00a0\u202f]/.test(form) ? inQuotes(form) : form;
  const queries = [
    form,
    operand,
    `title:${operand}`,
    `grendal NEAR/2 ${operand}`,
    `(${operand} OR nothing) tolmark`,
    ...(isInflection ? [] : [inQuotes(form), inQuotes(`grendal ${form} tolmark`)]),
  ];
  const missed = queries
    // Outside of quotes, a sign alone is refused.
    .filter((query) => !/(^|\s)[%&％＆]($|\s)/.test(query.replace(/“[^”]*”/g, '')))
    .filter((query) => !finds(query, headline))
    .map((query) => `${query} does not find ${headline}`);
  return finds(`tolmark -${operand}`, headline) ? [...missed, `-${operand} finds ${headline}`] : missed;
}

function pair(random: SeededRandom, forms: readonly string[]): readonly [string, string] {
  const one = random.integer(forms.length);
  const other = (one + random.between(1, forms.length - 1)) % forms.length;
  return [disguise(random, forms[one] ?? ''), disguise(random, forms[other] ?? '')];
}

describe('matching is symmetric', () => {
  it.each(VARIANTS)('for $kind', ({ kind, forms, isInflection = false }) => {
    const random = seededRandom(kind.length);
    const failed: string[] = [];
    for (let n = 0; n < PAIRS; n++) {
      const [one, other] = pair(random, forms(random));
      failed.push(...failures(one, other, isInflection), ...failures(other, one, isInflection));
    }
    expect(failed).toEqual([]);
  });

  it('for several kinds in one phrase', () => {
    const random = seededRandom(7);
    const kinds = VARIANTS.filter(({ isInflection }) => !isInflection);
    const failed: string[] = [];
    for (let n = 0; n < 4 * PAIRS; n++) {
      const [first, second] = [random.pick(kinds), random.pick(kinds)].map(({ forms }) =>
        pair(random, forms(random)),
      );
      const between = random.pick(['und', 'Veloza ostrand']);
      const [one, other] = [0, 1].map((n) => `${first?.[n]} ${between} ${second?.[n]}`);
      for (const [query = '', title = ''] of [
        [one, other],
        [other, one],
      ]) {
        if (!finds(inQuotes(query), `Grendal ${title}`)) failed.push(`${query} does not find ${title}`);
      }
    }
    expect(failed).toEqual([]);
  });

  it.each([
    ['an accent in the query', 'resume', 'They sent a résumé'],
    ['the signs of a name', 'Disney', 'Disney+ raises prices'],
    ['=', 'ostrand', 'OSTRAND wins'],
  ])('except for %s', (_, loose, title) => {
    expect(finds(loose, title)).toBe(true);
    const strict = { resume: 'résumé', Disney: 'Disney+', ostrand: '=OSTRAND' }[loose] ?? '';
    expect(finds(strict, title)).toBe(true);
    expect(
      finds(
        strict,
        { resume: 'Talks resume', Disney: 'Disney raises prices', ostrand: 'Ostrand wins' }[loose] ?? '',
      ),
    ).toBe(false);
  });
});
