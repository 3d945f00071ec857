import type { Article, FeedScript } from './news.ts';
import type { StoryContext } from './stories.ts';
import { HOUR, MINUTE } from './virtual-time.ts';

const LIVE_FEED = 'feed-live';
/** Stories take in items for three days. */
const MAX_LENGTH = 60 * HOUR;

/**
 * Returns an additional feed that is a live page. Its updates have no word in common but those of the topics, and are
 * reported as one story all the same.
 */
export function liveFeed({
  random,
  words,
  topics,
  start,
  length,
}: Pick<StoryContext, 'random' | 'words' | 'topics' | 'start' | 'length'>): {
  readonly feed: FeedScript;
  readonly articles: readonly Article[];
} {
  const feed: FeedScript = {
    id: LIVE_FEED,
    url: `http://${LIVE_FEED}.example/live`,
    shows: random.pick([5, 50]),
    movesTo: `http://${LIVE_FEED}.example/moved`,
    redates: false,
    live: true,
    troubles: [],
  };
  const watched = topics.slice(0, random.between(1, 2)).map(({ word }) => word);
  const articles = Array.from({ length: random.between(3, 12) }, (_, n): Article => {
    const from = start + Math.floor(random.fraction() * Math.min(length * 0.9, MAX_LENGTH));
    const title = words.headline(watched).join(' ');
    return {
      name: `live-${n}`,
      story: 'live',
      feedId: LIVE_FEED,
      url: `http://${LIVE_FEED}.example/live#${n}-update`,
      from,
      dated: from - random.integer(5) * MINUTE,
      versions: [{ from, title, summary: `about ${words.word()}` }],
    };
  });
  return { feed, articles };
}
