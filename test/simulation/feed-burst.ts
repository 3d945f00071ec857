import type { Article, FeedScript } from './news.ts';
import type { StoryContext } from './stories.ts';
import { MINUTE } from './virtual-time.ts';

/** Id of the feed that shows very many items at once. */
const BURST_FEED = 'feed-burst';
const STORY = 'burst-';

/** Returns an additional feed. It shows one old article at first, and later many at once that match the first topic. */
export function feedBurst({
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
    id: BURST_FEED,
    url: `http://${BURST_FEED}.example/feed.xml`,
    shows: 200,
    movesTo: `http://${BURST_FEED}.example/moved.xml`,
    redates: false,
    troubles: [],
  };
  const from = start + Math.floor(length * (0.3 + random.fraction() * 0.4));
  const article = (name: string, at: number, watched: readonly string[]): Article => ({
    name,
    story: name,
    feedId: BURST_FEED,
    url: `http://${BURST_FEED}.example/${name}`,
    from: at,
    dated: at,
    versions: [
      {
        from: at,
        title: words.headline(watched).join(' '),
        summary: `about ${words.headline([]).join(' ')}`,
      },
    ],
  });
  const watched = topics.slice(0, 1).map(({ word }) => word);
  const many = Array.from({ length: random.between(40, 90) }, (_, n) =>
    article(`${STORY}${n}`, from, watched),
  );
  return { feed, articles: [article('before-the-burst', start - 600 * MINUTE, []), ...many] };
}
