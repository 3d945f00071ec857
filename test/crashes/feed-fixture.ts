import type { FeedServer } from '../end-to-end/feed-server.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import { InventedNews, type InventedStory } from './invented-news.ts';
import type { WatchedTopic } from './scenario.ts';
import type { ExpectedStory } from './verdict.ts';

/** Number of newest items that a feed keeps. Older ones are dropped only after delivery, so that a loss is noticed. */
const MAX_ITEMS = 40;

/** Publishes invented news in the feeds, and records the stories that subscribers must receive. */
export class FeedFixture {
  items = 0;
  readonly #news: InventedNews;
  readonly #feeds: readonly FeedServer[];
  readonly #expected = new Map<InventedStory, { topicId: string; titles: Set<string> }[]>();

  readonly #titles = new Set<string>();

  constructor(random: SeededRandom, feeds: readonly FeedServer[], topics: readonly WatchedTopic[]) {
    this.#news = new InventedNews(random, feeds.length, topics);
    this.#feeds = feeds;
    // Items in a feed at its first poll are only in the welcome digest, or in no message.
    for (const [n, feed] of feeds.entries()) feed.items = [{ guid: `before-${n}`, title: 'Nothing of note' }];
  }

  publish(articles: number): void {
    for (let n = 0; n < articles; n++) {
      const { story, title, feed } = this.#news.next();
      const expected =
        this.#expected.get(story) ??
        story.topics.map(({ id }) => ({ topicId: id, titles: new Set<string>() }));
      for (const { titles } of expected) titles.add(title);
      this.#expected.set(story, expected);
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
    // Each feed is a separate outlet.
    if (server)
      server.items = [{ guid, title, link: `http://feed-${feed}.example/${guid}` }, ...server.items];
  }

  /** Resolves when one of the feeds is requested. */
  request(): Promise<void> {
    return new Promise((resolve) => {
      for (const feed of this.#feeds) feed.onRequest = resolve;
    });
  }

  expected(): ExpectedStory[] {
    return [...this.#expected.values()].flat();
  }

  dropOld(isDelivered: (title: string) => boolean): void {
    for (const feed of this.#feeds) {
      feed.items = feed.items.filter(
        ({ title }, n) => n < MAX_ITEMS || (this.#titles.has(title) && !isDelivered(title)),
      );
    }
  }

  /** Returns how often each feed has answered "not modified", which means that its items have been read. */
  unchanged(): number[] {
    return this.#feeds.map(({ requests }) => requests.filter(({ status }) => status === 304).length);
  }
}
