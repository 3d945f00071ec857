import type { MatchableItem } from '../../functions/match/text/item-text.ts';
import { functionWords } from '../../functions/shared/text/function-words.ts';
import { type SeededRandom, seededRandom } from '../../test/helpers/seeded-random.ts';
import type { BenchItem, BenchTopic } from './workload.ts';

const SOURCES = ['Herald', 'Courier', 'Tribune', 'Gazette'];

/** Returns the items as news of English feeds, with a source and a language to match. */
export function asNews(items: readonly BenchItem[]): MatchableItem[] {
  const random = seededRandom(1);
  return items.map(({ title, body }) => {
    const name = random.pick(SOURCES);
    const id = name.toLowerCase();
    const source = { id, title: `The ${name}`, url: `https://${id}.test/feed.xml` };
    return { title, summary: body, content: '', language: 'en', source };
  });
}

/** Ways to write a topic in the query language. Each differs from `exact` by one feature; `mix` has all features. */
export const STYLES = {
  exact: 'exact forms',
  inflection: 'words with inflections',
  folding: 'words and phrases without accents',
  cased: 'capitals, for a tenth of the words',
  near: 'NEAR/5 instead of a phrase, in a tenth of the topics',
  prefixes: 'prefixes, for another tenth of the words',
  source: 'source: or lang: in a tenth of the topics',
  regex: 'a pattern beside a word, in one topic out of a hundred',
  mix: 'all of these',
} as const;
export type Style = keyof typeof STYLES;

const PREFIX_LETTERS = 5;

/** Returns the query texts of the topics. All styles search for the same words, except where a style replaces one. */
export function queryTexts(topics: readonly BenchTopic[], style: Style): string[] {
  return topics.map((topic) => queryText(topic, style, seededRandom(topic.id * 7 + 1)));
}

function queryText({ any, all, not }: BenchTopic, style: Style, random: SeededRandom): string {
  const has = (feature: Style) => style === feature || style === 'mix';
  // Drawn for every style, so that a topic gets the same random choices in all styles.
  const [isNear, hasSource, hasPattern] = [random.chance(0.1), random.chance(0.1), random.chance(0.01)];
  const term = (written: string) => termText(written, has, random);
  const group = (terms: readonly string[]) =>
    terms.length === 1 ? term(terms[0] as string) : `(${terms.map(term).join(' OR ')})`;
  const parts = [group(any), ...all.map(group)];
  if (isNear && has('near')) {
    const [left, right] = any.map((written) => written.split(' ')).find(canBeNear) ?? [];
    if (left && right) parts[0] = `(${parts[0]} OR ${term(left)} NEAR/5 ${term(right)})`;
  }
  if (hasSource && has('source'))
    parts.push(random.chance(0.5) ? `source:${random.pick(SOURCES).toLowerCase()}` : 'lang:en');
  if (hasPattern && has('regex')) parts.push('/[a-z]{3,}ing \\w+ed/');
  return [...parts, ...not.map((written) => `-${term(written)}`)].join(' ');
}

/** Returns whether there are two words, neither of which is a function word such as "the". */
function canBeNear(words: readonly string[]): boolean {
  return words.length === 2 && words.every((word) => /^\p{L}+$/u.test(word) && !functionWords.has(word));
}

function termText(written: string, has: (style: Style) => boolean, random: SeededRandom): string {
  const [isCased, isPrefix] = [random.chance(0.1), random.chance(0.1)];
  const title = written.startsWith('title:') ? 'title:' : '';
  const text = written.slice(title.length);
  const isWord = /^\p{L}+$/u.test(text);
  if (text.includes(' ')) return `${title}${has('folding') ? '' : '='}"${text}"`;
  if (isWord && isCased && has('cased')) return `${title}=${text.toUpperCase()}`;
  if (isWord && isPrefix && text.length > PREFIX_LETTERS && has('prefixes'))
    return `${title}=${text.slice(0, PREFIX_LETTERS)}*`;
  if (has('inflection')) return title + text;
  return has('folding') && !text.endsWith('*') ? `${title}"${text}"` : `${title}=${text}`;
}
