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

/** Returns a matcher of topics that use the whole query language, about these words. */
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

/** A text of some UTF-16 units; another one for each seed. */
type HostileText = (units: number, seed: number) => string;

/**
 * Returns the processor time, ms, of matching one item whose fields are as long as poll delivers them at most, and whose words
 * are new to the process: the least of `rounds` items.
 */
export function hostileCost(
  matcher: Matcher,
  text: HostileText,
  { units, seed, rounds = 2 }: { readonly units: number; readonly seed: number; readonly rounds?: number },
): number {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < rounds; n++) {
    const [summary = '', content = '', label = ''] = [0, 1, 2].map((more) =>
      text(units, seed + 10 * n + more),
    );
    const labels = Array.from({ length: 50 }, (_, at) => label.slice(at * 100, at * 100 + units / 100));
    const item = { title: summary.slice(0, 1_000), summary, content, categories: labels, authors: labels };
    const before = processorTime();
    matcher.match(item);
    least = Math.min(least, processorTime() - before);
  }
  return least;
}
