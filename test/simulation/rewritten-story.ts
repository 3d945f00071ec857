import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { Article, Version } from './news.ts';
import { DEPLOYED_EVERYWHERE, type StoryContext } from './stories.ts';

/** The story's id. */
export const REWRITTEN = 'rewritten';

/** Number of words in a headline, without watched words, and in a text. */
const HEADLINE_WORDS = 8;
const TEXT_WORDS = 12;
/** How many of these words every outlet takes from the story. */
const KEPT_WORDS = { headline: 6, text: 9 };

/**
 * In some runs, returns a story that each outlet writes in its own words, so that headlines alone do not identify it; its
 * developments; articles that share only a place with it; and one outlet's warnings, each of them other news. They appear
 * after any deployment, because the previous release could not tell them apart.
 */
export function rewrittenStory(
  making: Pick<StoryContext, 'random' | 'words' | 'feeds' | 'topics' | 'deployedAt' | 'start' | 'length'>,
): Article[] {
  const { random, words, feeds, topics, deployedAt, start, length } = making;
  if (!random.chance(0.3)) return [];
  const earliest = deployedAt === undefined ? start : deployedAt + DEPLOYED_EVERYWHERE;
  const latest = Math.max(earliest, start + Math.floor(length * 0.9));
  const watched = topics.filter((_, n) => n === 0 || random.chance(0.5)).map(({ word }) => word);
  const news = (count: number) => Array.from({ length: count }, () => words.word());
  const [place = '', ...others] = news(HEADLINE_WORDS);
  const text = news(TEXT_WORDS);

  const article = (
    story: string,
    name: string,
    told: Pick<Version, 'title' | 'summary'>,
    feed = random.pick(feeds),
  ): Article => {
    const from = random.between(earliest, latest);
    const url = `http://${feed.id}.example/${story}-${name}`;
    const versions = [{ from, ...told }];
    return { name: `${story}-${name}`, story, feedId: feed.id, url, from, dated: from, versions };
  };
  const inOwnWords = (own: readonly string[], kept: number) =>
    shuffled([...shuffled(own, random).slice(0, kept), ...news(own.length - kept)], random).join(' ');
  const rewritten = Array.from({ length: random.between(2, 4) }, (_, n) =>
    article(REWRITTEN, `told-${n}`, {
      title: [...watched, inOwnWords([place, ...others], KEPT_WORDS.headline)].join(' '),
      summary: inOwnWords(text, KEPT_WORDS.text),
    }),
  );
  // The headlines are new, and the texts mostly known.
  const developments = Array.from({ length: random.between(0, 3) }, (_, n) =>
    article(REWRITTEN, `goes-on-${n}`, {
      title: [...watched, place, others[0], ...news(7)].join(' '),
      summary: inOwnWords(text, KEPT_WORDS.text),
    }),
  );
  const elsewhere = Array.from({ length: random.between(1, 2) }, (_, n) =>
    article(`same-place-${n}`, 'a', {
      // Short, so that watched words, which indicate nothing, are a large part of it.
      title: [...watched, place, ...news(7)].join(' '),
      summary: news(TEXT_WORDS).join(' '),
    }),
  );
  // One outlet's warnings follow one template, and each is other news.
  const outlet = random.pick(feeds);
  const [form, formText] = [[...watched, ...news(HEADLINE_WORDS)], news(TEXT_WORDS).join(' ')];
  const warnings = Array.from({ length: random.between(0, 2) }, (_, n) =>
    article(
      `warning-${n}`,
      'a',
      { title: [...form.slice(0, -1), words.word()].join(' '), summary: formText },
      outlet,
    ),
  );
  return [...rewritten, ...developments, ...elsewhere, ...warnings];
}

export function shuffled<T>(all: readonly T[], random: SeededRandom): T[] {
  const left = [...all];
  return all.map(() => left.splice(random.integer(left.length), 1)[0] as T);
}
