import type { Article } from './news.ts';
import { shuffled } from './rewritten-story.ts';
import type { StoryContext } from './stories.ts';

/** The id that the simulation gives to both events, since grouping cannot tell them apart. */
export const MIXED = 'mixed';
/** Begins the names of the articles about the second event. */
const SECOND_EVENT = `${MIXED}-second`;
export const isOfSecondEvent = ({ name }: Pick<Article, 'name'>): boolean => name.startsWith(SECOND_EVENT);

const HEADLINE_WORDS = 7;
const TEXT_WORDS = 12;
/**
 * How many words of the first event's text are in those of the second, and how many words of a headline all articles of the
 * second have. With fewer words replaced, one outlet's next headline would be other news.
 */
const KEPT_WORDS = { text: 9, headline: 4 };

/** Shares of the run in which articles appear. */
const EARLY = [0, 0.2] as const;
const LATE = [0.3, 0.9] as const;

/**
 * Returns articles about two events. The texts have so much in common that they become one story, unless a reader takes the
 * second event out of it. Then its further articles, which are more like each other, must follow.
 */
export function mixedStory({
  random,
  words,
  feeds,
  topics,
  start,
  length,
}: Pick<StoryContext, 'random' | 'words' | 'feeds' | 'topics' | 'start' | 'length'>): Article[] {
  const watched = topics.filter((_, n) => n === 0 || random.chance(0.5)).map(({ word }) => word);
  const news = (count: number) => Array.from({ length: count }, () => words.word());
  const [place, cause] = [words.word(), words.word()];
  const text = news(TEXT_WORDS);
  const article = (
    name: string,
    title: readonly string[],
    summary: readonly string[],
    [earliest, latest]: readonly [number, number],
  ): Article => {
    const feed = random.pick(feeds);
    const from = start + Math.floor(length * (earliest + random.fraction() * (latest - earliest)));
    const url = `http://${feed.id}.example/${name}`;
    const versions = [{ from, title: title.join(' '), summary: shuffled(summary, random).join(' ') }];
    return { name, story: MIXED, feedId: feed.id, url, from, dated: from, versions };
  };
  const second = news(KEPT_WORDS.headline);
  const secondText = [...text.slice(0, KEPT_WORDS.text), ...news(TEXT_WORDS - KEPT_WORDS.text)];
  const headline = (kept: readonly string[]) => [
    ...watched,
    ...shuffled([place, cause, ...kept, ...news(HEADLINE_WORDS - kept.length)], random),
  ];
  const titles = Array.from({ length: random.between(2, 5) }, () => headline(second));
  // Some are copies of the first of them.
  const ofSecond = titles.map((own, n) =>
    article(
      `${SECOND_EVENT}-${n}`,
      n > 0 && random.chance(0.4) ? (titles[0] ?? own) : own,
      secondText,
      n === 0 ? EARLY : LATE,
    ),
  );
  return [article(`${MIXED}-first`, headline([]), text, EARLY), ...ofSecond];
}
