import { inventedWord } from '../helpers/invented-word.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { WatchedTopic } from './scenario.ts';

/** What an item is to tell: a story of its own, or one that another item has told. */
export interface InventedStory {
  readonly number: number;
  readonly topics: readonly WatchedTopic[];
}

export interface Article {
  readonly story: InventedStory;
  readonly title: string;
  /** Which of the feeds has it. */
  readonly feed: number;
}

const EXTRA_WORDS = ['today', 'twice', 'tonight', 'alone', 'nearby'];
const VERBS = ['seen', 'spotted', 'noticed', 'photographed', 'reported'];
/** With one word more, headlines are still alike. */
const MAX_ARTICLES_PER_FEED = 2;
/** Retellings come while their story is fresh. */
const RECENT_STORIES = 6;

/** Invents stories, and their retellings: headlines of one story are alike, those of two never enough to be one. */
export class InventedNews {
  readonly stories: InventedStory[] = [];
  readonly articles: Article[] = [];
  readonly #random: SeededRandom;
  readonly #feeds: number;
  readonly #topics: readonly WatchedTopic[];

  constructor(random: SeededRandom, feeds: number, topics: readonly WatchedTopic[]) {
    this.#random = random;
    this.#feeds = feeds;
    this.#topics = topics;
  }

  next(): Article {
    const random = this.#random;
    const feed = random.integer(this.#feeds);
    const toldBy = (story: InventedStory) =>
      this.articles.filter((article) => article.story === story && article.feed === feed);
    const recent = this.stories
      .slice(-RECENT_STORIES)
      .filter((story) => toldBy(story).length < MAX_ARTICLES_PER_FEED);
    const retold = recent.length > 0 && random.integer(3) === 0;
    const story = retold ? random.pick(recent) : this.#story();
    const { number, topics } = story;
    const names = [0, 1, 2].map((n) => inventedWord(number * 3 + n)).join(' ');
    // A feed that exchanged a word in its own headline would have other news.
    const [before] = toldBy(story);
    const title = before
      ? `${before.title} ${random.pick(EXTRA_WORDS)}`
      : `${topics.map(({ word }) => word).join(' and ')} ${random.pick(VERBS)} at ${names}`;
    const article = { story, title, feed };
    this.articles.push(article);
    return article;
  }

  #story(): InventedStory {
    const first = this.#random.pick(this.#topics);
    const second = this.#random.pick(this.#topics);
    // One in four stories concerns two topics, and so two groups of the hits queue.
    const both = this.#random.integer(4) === 0 && second !== first;
    const story = { number: this.stories.length, topics: both ? [first, second] : [first] };
    this.stories.push(story);
    return story;
  }
}
