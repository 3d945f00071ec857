import type { MatchableItem } from '../../functions/match/text/item-text.ts';
import { functionWords } from '../../functions/shared/text/function-words.ts';
import { type SeededRandom, seededRandom } from '../../test/helpers/seeded-random.ts';
import type { BenchItem, BenchTopic } from './workload.ts';

const SOURCES = ['Herald', 'Courier', 'Tribune', 'Gazette'];

/** The items as feeds in English have them: what `source:` and `lang:` ask for. */
export function asNews(items: readonly BenchItem[]): MatchableItem[] {
  const random = seededRandom(1);
  return items.map(({ title, body }) => {
    const name = random.pick(SOURCES);
    const id = name.toLowerCase();
    const source = { id, title: `The ${name}`, url: `https://${id}.test/feed.xml` };
    return { title, summary: body, content: '', language: 'en', source };
  });
}

/** How a topic is written in the query language: each differs from `exact` by one thing, and `mix` is all of them. */
export const STYLES = {
  exact: 'exact forms',
  inflection: 'words with their inflections',
  folding: 'words and phrases without their accents',
  cased: 'in capitals, a tenth of the words',
  near: 'NEAR/5 for a phrase, in a tenth of the topics',
  prefixes: 'beginnings, another tenth of the words',
  source: 'source: or lang: in a tenth of the topics',
  regex: 'a pattern beside a word, in one topic of a hundred',
  mix: 'all of these',
} as const;
export type Style = keyof typeof STYLES;

const PREFIX_LETTERS = 5;

/** The topics' texts; those of all styles ask for the same words, but where a style makes another of one. */
export function queryTexts(topics: readonly BenchTopic[], style: Style): string[] {
  return topics.map((topic) => queryText(topic, style, seededRandom(topic.id * 7 + 1)));
}

function queryText({ any, all, not }: BenchTopic, style: Style, random: SeededRandom): string {
  const has = (what: Style) => style === what || style === 'mix';
  // Each is thrown whatever the style, so that a topic meets the same chances in all of them.
  const [isNear, isFrom, hasPattern] = [random.chance(0.1), random.chance(0.1), random.chance(0.01)];
  const term = (written: string) => termText(written, has, random);
  const group = (terms: readonly string[]) =>
    terms.length === 1 ? term(terms[0] as string) : `(${terms.map(term).join(' OR ')})`;
  const parts = [group(any), ...all.map(group)];
  if (isNear && has('near')) {
    const [left, right] = any.map((written) => written.split(' ')).find(canBeNear) ?? [];
    if (left && right) parts[0] = `(${parts[0]} OR ${term(left)} NEAR/5 ${term(right)})`;
  }
  if (isFrom && has('source'))
    parts.push(random.chance(0.5) ? `source:${random.pick(SOURCES).toLowerCase()}` : 'lang:en');
  if (hasPattern && has('regex')) parts.push('/[a-z]{3,}ing \\w+ed/');
  return [...parts, ...not.map((written) => `-${term(written)}`)].join(' ');
}

/** Two words, neither of which is like "the". */
function canBeNear(words: readonly string[]): boolean {
  return words.length === 2 && words.every((word) => /^\p{L}+$/u.test(word) && !functionWords.has(word));
}

function termText(written: string, has: (style: Style) => boolean, random: SeededRandom): string {
  const [isCased, isCut] = [random.chance(0.1), random.chance(0.1)];
  const title = written.startsWith('title:') ? 'title:' : '';
  const text = written.slice(title.length);
  const isWord = /^\p{L}+$/u.test(text);
  if (text.includes(' ')) return `${title}${has('folding') ? '' : '='}"${text}"`;
  if (isWord && isCased && has('cased')) return `${title}=${text.toUpperCase()}`;
  if (isWord && isCut && text.length > PREFIX_LETTERS && has('prefixes'))
    return `${title}=${text.slice(0, PREFIX_LETTERS)}*`;
  if (has('inflection')) return title + text;
  return has('folding') && !text.endsWith('*') ? `${title}"${text}"` : `${title}=${text}`;
}
