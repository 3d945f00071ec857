import { inventedWord } from '../helpers/invented-word.ts';
import type { SeededRandom } from '../helpers/seeded-random.ts';
import type { WatchedTopic } from './scenario.ts';

/** A story, which one or more articles report. */
export interface InventedStory {
  readonly number: number;
  readonly topics: readonly WatchedTopic[];
}

export interface Article {
  readonly story: InventedStory;
  readonly title: string;
  /** Index of the feed. */
  readonly feed: number;
}

const EXTRA_WORDS = ['today', 'twice', 'tonight', 'alone', 'nearby'];
const VERBS = ['seen', 'spotted', 'noticed', 'photographed', 'reported'];
/** A second article of a feed adds one word, so the headlines are still similar. */
const MAX_ARTICLES_PER_FEED = 2;
/** Retellings are about one of the latest stories. */
const RECENT_STORIES = 6;

/** Invents stories and their retellings. Headlines of the same story are similar; those of two stories never are. */
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
    const articlesOf = (story: InventedStory) =>
      this.articles.filter((article) => article.story === story && article.feed === feed);
    const recent = this.stories
      .slice(-RECENT_STORIES)
      .filter((story) => articlesOf(story).length < MAX_ARTICLES_PER_FEED);
    const isRetelling = recent.length > 0 && random.integer(3) === 0;
    const story = isRetelling ? random.pick(recent) : this.#story();
    const { number, topics } = story;
    const names = [0, 1, 2].map((n) => inventedWord(number * 3 + n)).join(' ');
    // A headline in which the same feed replaces a word would be different news.
    const [before] = articlesOf(story);
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
    // One in four stories matches two topics, and so two groups of the hits queue.
    const both = this.#random.integer(4) === 0 && second !== first;
    const story = { number: this.stories.length, topics: both ? [first, second] : [first] };
    this.stories.push(story);
    return story;
  }
}
