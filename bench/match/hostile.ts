import { parseQuery } from '../../config/query/compile-query.ts';
import { findPattern } from '../../functions/match/find-pattern.ts';
import { compileMatcher, type Matcher } from '../../functions/match/matcher.ts';
import { processorTime } from '../../test/helpers/processor-time.ts';

const OTHER_QUERIES = [
  '"a a a a a a a a"',
  'a NEAR/100 b',
  'été OR Élysée',
  'straße',
  'e-mail OR "AT&T" OR 5% OR "2,500"',
  'U.S. OR GPT-5',
  '東京',
  'Київ',
  'بيت',
  'בית',
  '선거',
  'category:flood',
  'author:storm',
  'url:flood',
  '/fl[a-z]+d/',
];

/** Returns a matcher of topics about these words, with all features of the query language. */
export function matcherAbout(words: readonly string[]): Matcher {
  const queries = [
    ...words.flatMap((word) => [
      word,
      `"${word}"`,
      `${word.slice(0, 4)}*`,
      `=${word.toUpperCase()}`,
      `title:${word}`,
    ]),
    ...words.flatMap((word, n) =>
      words.slice(n + 1).flatMap((other) => [`"${word} ${other}"`, `${word} NEAR/10 ${other}`]),
    ),
    ...OTHER_QUERIES,
  ];
  return compileMatcher(
    queries.map((text, n) => ({ id: `t${n}`, query: parseQuery(text).query })),
    findPattern,
  );
}

/** Returns a text of this many UTF-16 units. Each seed gives another text. */
type HostileText = (units: number, seed: number) => string;

/**
 * Returns the processor time of matching one item, in milliseconds: the best of `rounds`. The item has fields of the
 * maximum length that poll delivers, with words that the process has not seen before.
 */
export function hostileCost(
  matcher: Matcher,
  text: HostileText,
  { units, seed, rounds = 2 }: { readonly units: number; readonly seed: number; readonly rounds?: number },
): number {
  let best = Number.POSITIVE_INFINITY;
  for (let n = 0; n < rounds; n++) {
    const [summary = '', content = '', label = ''] = [0, 1, 2].map((more) =>
      text(units, seed + 10 * n + more),
    );
    const labels = Array.from({ length: 50 }, (_, n) => label.slice(n * 100, n * 100 + units / 100));
    const item = { title: summary.slice(0, 1_000), summary, content, categories: labels, authors: labels };
    const before = processorTime();
    matcher.match(item);
    best = Math.min(best, processorTime() - before);
  }
  return best;
}
