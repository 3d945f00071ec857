import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../config/query/compile-query.ts';
import { evaluate } from '../../../functions/match/evaluate.ts';
import { compileMatcher } from '../../../functions/match/matcher.ts';
import { type SeededRandom, seededRandom } from '../../helpers/seeded-random.ts';
import { sized } from '../../helpers/size.ts';
import { disguised, VARIANTS } from './variants.ts';

const PAIRS = sized(12, 150);

/** What a query finds, to the engine and to the plain reading, which must agree. */
function finds(text: string, title: string, summary = ''): boolean {
  const { query } = parseQuery(text);
  const item = { title, summary, content: '' };
  const found = compileMatcher([{ id: 'topic', query }], () => undefined).match(item).length > 0;
  expect(evaluate(query, item, () => undefined) !== undefined, `plain reading of ${text} on ${title}`).toBe(
    found,
  );
  return found;
}

/** Gershayim of keyboards would close the quotes. */
const inQuotes = (form: string) => `“${form.replace(/["”]/g, '״')}”`;

/** All the ways in which a query asks for a form; the last must not find it. */
function failures(form: string, other: string, isInflection: boolean): string[] {
  const headline = `Grendal ${other} tolmark`;
  const quoted = /[ \u00a0\u202f]/.test(form) ? inQuotes(form) : form;
  const queries = [
    form,
    quoted,
    `title:${quoted}`,
    `grendal NEAR/2 ${quoted}`,
    `(${quoted} OR nothing) tolmark`,
    ...(isInflection ? [] : [inQuotes(form), inQuotes(`grendal ${form} tolmark`)]),
  ];
  const missed = queries
    // A sign alone is refused outside of quotes.
    .filter((query) => !/(^|\s)[%&％＆]($|\s)/.test(query.replace(/“[^”]*”/g, '')))
    .filter((query) => !finds(query, headline))
    .map((query) => `${query} does not find ${headline}`);
  return finds(`tolmark -${quoted}`, headline) ? [...missed, `-${quoted} finds ${headline}`] : missed;
}

function pair(random: SeededRandom, forms: readonly string[]): readonly [string, string] {
  const one = random.integer(forms.length);
  const other = (one + random.between(1, forms.length - 1)) % forms.length;
  return [disguised(random, forms[one] ?? ''), disguised(random, forms[other] ?? '')];
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
    ['an accent typed on purpose', 'resume', 'They sent a résumé'],
    ['signs of a name', 'Disney', 'Disney+ raises prices'],
    ['=', 'ostrand', 'OSTRAND wins'],
  ])('but for %s', (_, loose, title) => {
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
