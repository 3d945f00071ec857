import type { FeedServer } from '../end-to-end/feed-server.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import { InventedNews, type InventedStory } from './invented-news.ts';
import type { WatchedTopic } from './scenario.ts';
import type { ExpectedStory } from './verdict.ts';

/** Feeds drop what is older, if it has been told: what is dropped before it was read is nobody's fault. */
const MAX_ITEMS = 40;

/** Feeds that invented news comes in through, and what subscribers are owed because of it. */
export class FeedFixture {
  items = 0;
  readonly #news: InventedNews;
  readonly #feeds: readonly FeedServer[];
  readonly #owed = new Map<InventedStory, { topicId: string; titles: Set<string> }[]>();

  readonly #titles = new Set<string>();

  constructor(random: SeededRandom, feeds: readonly FeedServer[], topics: readonly WatchedTopic[]) {
    this.#news = new InventedNews(random, feeds.length, topics);
    this.#feeds = feeds;
    // What a feed holds at its first poll is told otherwise, or not at all.
    for (const [n, feed] of feeds.entries()) feed.items = [{ guid: `before-${n}`, title: 'Nothing of note' }];
  }

  publish(articles: number): void {
    for (let n = 0; n < articles; n++) {
      const { story, title, feed } = this.#news.next();
      const owed =
        this.#owed.get(story) ?? story.topics.map(({ id }) => ({ topicId: id, titles: new Set<string>() }));
      for (const { titles } of owed) titles.add(title);
      this.#owed.set(story, owed);
      this.#titles.add(title);
      this.#show(feed, title);
    }
  }

  /** Publishes items that no topic watches. */
  publishOther(items: number): void {
    for (let n = 0; n < items; n++)
      this.#show(this.items % this.#feeds.length, `Nothing of note happened ${this.items} times`);
  }

  #show(feed: number, title: string): void {
    const guid = `item-${this.items++}`;
    const server = this.#feeds[feed];
    // Each feed is an outlet of its own.
    if (server)
      server.items = [{ guid, title, link: `http://feed-${feed}.example/${guid}` }, ...server.items];
  }

  /** Resolves when any of the feeds is asked. */
  asked(): Promise<void> {
    return new Promise((resolve) => {
      for (const feed of this.#feeds) feed.onRequest = resolve;
    });
  }

  owed(): ExpectedStory[] {
    return [...this.#owed.values()].flat();
  }

  dropOld(isTold: (title: string) => boolean): void {
    for (const feed of this.#feeds) {
      feed.items = feed.items.filter(
        ({ title }, n) => n < MAX_ITEMS || (this.#titles.has(title) && !isTold(title)),
      );
    }
  }

  /** How often each feed has answered that it has not changed: what it holds is known then. */
  unchanged(): number[] {
    return this.#feeds.map(({ requests }) => requests.filter(({ status }) => status === 304).length);
  }
}
