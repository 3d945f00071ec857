import type { Article, FeedScript } from './news.ts';
import type { StoryContext } from './stories.ts';
import { HOUR } from './virtual-time.ts';

const DAY = 24 * HOUR;
/** Number of articles that a feed with new guids in every response always shows, so that most of each document is known. */
const FILLERS = 12;

/** The feeds, some with unusual behaviour, and their additional articles. */
export interface OddFeeds {
  readonly feeds: readonly FeedScript[];
  readonly articles: readonly Article[];
}

/**
 * Gives some feeds unusual behaviour: a list that grows longer and shows older items, different news of several feeds at one
 * address, or new guids in every response.
 */
export function oddFeedsOf(
  making: Pick<StoryContext, 'random' | 'words' | 'feeds' | 'topics' | 'start' | 'length'>,
  articles: readonly Article[],
): OddFeeds {
  const { random, feeds } = making;
  const more: Article[] = [];
  if (random.chance(0.2)) more.push(...atOneAddress(making));
  const odd = feeds.map((feed) => {
    if (feed.redates || feed.reguidAt !== undefined || !random.chance(0.25)) return feed;
    const own = articles.filter(({ feedId }) => feedId === feed.id);
    // With a new guid and a new text at the same time, an edit would be a new item.
    const isSteady = own.every(({ versions }) => versions.length === 1);
    if (isSteady && random.chance(0.5)) {
      more.push(...Array.from({ length: FILLERS }, (_, n) => filler(making, feed, n)));
      return { ...feed, shows: 50, churns: true as const };
    }
    more.push(...historyOf(making, feed));
    return { ...feed, longerFrom: making.start + random.integer(making.length) };
  });
  return { feeds: odd, articles: more };
}

type OddFeedContext = Parameters<typeof oddFeedsOf>[0];

/** Returns warnings for several regions, which all link to the same page. */
function atOneAddress({ random, words, feeds, topics, start, length }: OddFeedContext): Article[] {
  return feeds.flatMap((feed, n) =>
    Array.from({ length: random.between(1, 2) }, (_, at): Article => {
      const name = `warning-${n}-${at}`;
      const from = start + random.integer(length);
      const title = words.headline(topics.map(({ word }) => word)).join(' ');
      const versions = [{ from, title, summary: `about ${words.word()}` }];
      return {
        name,
        story: name,
        feedId: feed.id,
        url: 'http://warnings.example/',
        from,
        dated: from,
        versions,
      };
    }),
  );
}

function historyOf({ random, words, topics, start }: OddFeedContext, { id }: FeedScript): Article[] {
  return Array.from({ length: random.between(1, 4) }, (_, n): Article => {
    const name = `history-${id}-${n}`;
    const from = start - random.between(60, 90) * DAY;
    const title = words.headline(topics.map(({ word }) => word)).join(' ');
    const versions = [{ from, title, summary: `about ${words.word()}` }];
    return {
      name,
      story: name,
      feedId: id,
      url: `http://${id}.example/${name}`,
      from,
      dated: from,
      versions,
      isHistory: true,
    };
  });
}

/** Returns an article that matches no topic. */
function filler({ words, start }: OddFeedContext, { id }: FeedScript, n: number): Article {
  const name = `filler-${id}-${n}`;
  const from = start - DAY - n * HOUR;
  const versions = [{ from, title: words.headline([]).join(' '), summary: `about ${words.word()}` }];
  return { name, story: name, feedId: id, url: `http://${id}.example/${name}`, from, versions };
}
