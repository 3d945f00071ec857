import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../functions/match/evaluate.ts';
import type { Query } from '../../../functions/shared/model.ts';
import { folded } from '../../../functions/shared/text/folded.ts';
import { lowered } from '../../../functions/shared/text/words.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { OWN_HEADLINES } from './own-headlines.ts';
import { exact, phrase, prefix, term } from './query-builders.ts';

const folder = join(import.meta.dirname, '../../../../shared/data/multilingual/babel-briefings');

interface Article {
  readonly title: string;
  readonly language: string;
}

function articles(): Map<string, Article[]> {
  const text = readFileSync(join(folder, 'sample_articles.json'), 'utf8');
  return Map.groupBy(JSON.parse(text) as Article[], ({ language }) => language);
}

const PER_HEADLINE = 6;

const WITHOUT_SPACES = ['ja', 'th', 'zh'];

/** Splits a headline into words and the text between them, as a reader of the language sees them. */
function segments({ title, language }: Article): { readonly text: string; readonly isWord: boolean }[] {
  if (!WITHOUT_SPACES.includes(language)) {
    return title.split(/([\p{L}\p{M}\p{N}]+)/u).map((text, n) => ({ text, isWord: n % 2 === 1 }));
  }
  const found = new Intl.Segmenter(language, { granularity: 'word' }).segment(title.normalize('NFC'));
  return [...found].map(({ segment, isWordLike }) => ({ text: segment, isWord: isWordLike === true }));
}

/** Returns random words of a headline. */
function chosenWords(article: Article): string[] {
  const random = seededRandom(article.title.length);
  const seen = segments(article).filter(({ isWord }) => isWord);
  return Array.from({ length: PER_HEADLINE }, () => random.pick(seen).text);
}

describe.each([
  { name: 'of our own', count: 14, byLanguage: Map.groupBy(OWN_HEADLINES, ({ language }) => language) },
  ...(existsSync(folder)
    ? [{ name: 'of 30 languages (not without ../shared)', count: 30, byLanguage: articles() }]
    : []),
])('headlines $name', ({ count, byLanguage }) => {
  const finds = (query: Query, title: string) =>
    evaluate(query, { title, summary: '', content: '' }, () => undefined)?.length === 1;

  it('include many languages', () => {
    expect(byLanguage.size).toBe(count);
  });

  it.each([...byLanguage])(
    '%s: a query for a word of a headline finds the headline, in any spelling',
    (_, list) => {
      for (const article of list) {
        for (const word of chosenWords(article)) {
          const plain = folded(lowered(word));
          const queries = {
            word: term(word),
            quoted: phrase(word),
            exact: exact(word),
            'lower case': term(word.toLowerCase()),
            capitals: term(word.toUpperCase()),
            'without diacritics': phrase(plain),
            ...([...plain].length > 3 ? { prefix: prefix([...plain].slice(0, -1).join('')) } : {}),
          };
          for (const [kind, query] of Object.entries(queries)) {
            expect(finds(query, article.title), `${kind}: ${word} in ${article.title}`).toBe(true);
          }
          expect(finds(term(`${word}q`), article.title), `${word}q in ${article.title}`).toBe(false);
        }
      }
    },
  );

  it.each([...byLanguage])(
    '%s: adjacent words of a headline are found as a phrase, but not in reverse order',
    (_, list) => {
      for (const article of list) {
        const { title } = article;
        const parts = segments(article);
        const at = parts.findIndex(
          ({ isWord }, n) => isWord && parts[n + 1]?.text === ' ' && parts[n + 2]?.isWord,
        );
        const [one, other] = [parts[at]?.text, parts[at + 2]?.text];
        if (!one || !other) continue;
        expect(finds(phrase(`${one} ${other}`), title), `${one} ${other} in ${title}`).toBe(true);
        const isTwice = title.toLowerCase().includes(`${other} ${one}`.toLowerCase());
        expect(finds(phrase(`${other} ${one}`), title), `${other} ${one} in ${title}`).toBe(isTwice);
      }
    },
  );
});
