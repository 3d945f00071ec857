import { inventedWord } from '../../test/helpers/invented-word.ts';
import { type SeededRandom, seededRandom } from '../../test/helpers/seeded-random.ts';

export interface LoadTopic {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  /** A text that matches the query. */
  readonly mention: string;
}

export interface LoadItem {
  readonly feed: number;
  readonly guid: string;
  readonly title: string;
  readonly summary: string;
  /** Ids of the topics that match the item. */
  readonly topicIds: readonly string[];
  /** Whether an earlier item reports the same event. */
  readonly isRetelling: boolean;
}

/** Items per feed before the load. */
export const OLD_ITEMS = 10;
/** Share of the items that match a topic. */
const MATCHING_SHARE = 0.1;
/** Shares of the matching items that match a second topic, and that retell a recent item. */
const SECOND_TOPIC_SHARE = 0.1;
const RETELLING_SHARE = 0.25;
/** Number of recent items of which a retelling repeats one. */
const MAX_RECENT = 50;
const SUMMARY_WORDS = 45;
/** Spread of the feeds' volumes. Some feeds publish up to MAX_TIMES_MEAN times the mean. */
const SPREAD = 0.8;
const MAX_TIMES_MEAN = 5;

/** Invents topics and items of feeds, the same ones for the same seed. */
export class LoadWorkload {
  readonly topics: readonly LoadTopic[];
  readonly #random: SeededRandom;
  /** Cumulative shares of the feeds, so that one number picks a feed. */
  readonly #shares: readonly number[];
  readonly #recent: {
    readonly title: string;
    readonly summary: string;
    readonly topics: readonly LoadTopic[];
    readonly feed: number;
  }[] = [];
  #items = 0;
  #stories = 0;

  constructor({ feeds, topics, seed }: { feeds: number; topics: number; seed: number }) {
    this.#random = seededRandom(seed);
    this.topics = Array.from({ length: topics }, (_, n) => topic(n));
    let sum = 0;
    this.#shares = Array.from({ length: feeds }, () => {
      sum += Math.min(MAX_TIMES_MEAN, logNormal(this.#random, SPREAD));
      return sum;
    });
  }

  /** Returns an item of a feed from before the load. */
  old(feed: number): LoadItem {
    return { ...this.#unmatched(), feed };
  }

  next(): LoadItem {
    const random = this.#random;
    if (!random.chance(MATCHING_SHARE)) return this.#unmatched();
    const feed = this.#feed();
    const recent =
      this.#recent.length > 0 && random.chance(RETELLING_SHARE) ? random.pick(this.#recent) : undefined;
    // A feed does not retell its own item: a changed headline would be other news.
    const original = recent && recent.feed !== feed ? recent : undefined;
    const topics = original?.topics ?? this.#someTopics();
    const title = original
      ? `${original.title} ${random.pick(RETELLING_SUFFIXES)}`
      : `${topics.map(({ mention }) => mention).join(' and ')} ${this.#names()}`;
    const item = this.#item();
    // Outlets that rewrite a report share much of its text.
    const shared = original?.summary.split(' ').slice(0, SUMMARY_WORDS / 2) ?? [];
    const summary = [...shared, ...item.summary.split(' ').slice(shared.length)].join(' ');
    if (!original) {
      this.#recent.push({ title, summary, topics, feed });
      if (this.#recent.length > MAX_RECENT) this.#recent.shift();
    }
    const topicIds = topics.map(({ id }) => id);
    return { ...item, feed, title, summary, topicIds, isRetelling: original !== undefined };
  }

  #unmatched(): LoadItem {
    const title = sentence(this.#random, 8);
    return { ...this.#item(), feed: this.#feed(), title, topicIds: [], isRetelling: false };
  }

  #item() {
    return { guid: `item-${this.#items++}`, summary: sentence(this.#random, SUMMARY_WORDS) };
  }

  #someTopics(): readonly LoadTopic[] {
    const first = this.#random.pick(this.topics);
    const second = this.#random.pick(this.topics);
    return this.#random.chance(SECOND_TOPIC_SHARE) && second !== first ? [first, second] : [first];
  }

  /** Returns names that no other story has. */
  #names(): string {
    const n = this.#stories++;
    return Array.from({ length: NAMES }, (_, part) => capital(word(n * NAMES + part, NAME_SYLLABLES))).join(
      ' ',
    );
  }

  #feed(): number {
    const at = this.#random.fraction() * (this.#shares.at(-1) ?? 0);
    let [low, high] = [0, this.#shares.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#shares[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Returns a number around 1, log-normally distributed. */
export function logNormal(random: SeededRandom, spread: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  return Math.exp(spread * radius * Math.cos(2 * Math.PI * random.fraction()));
}

const RETELLING_SUFFIXES = ['today', 'twice', 'tonight', 'alone', 'nearby'];
/** Names in the headline of a story. */
const NAMES = 5;
/** Number of the first word of ordinary text. Topics have the words below it, and names in stories are longer. */
const TEXT_FROM = 20_000;
const TEXT_WORDS = 8_000;
const NAME_SYLLABLES = 5;

/** Returns a topic whose query is a word, a phrase, an alternative or a conjunction, in turn. */
function topic(n: number): LoadTopic {
  const [one, two] = [word(2 * n), word(2 * n + 1)];
  const forms = [
    { query: one, mention: one },
    { query: `"${one} ${two}"`, mention: `${one} ${two}` },
    { query: `${one} OR ${two}`, mention: two },
    { query: `${one} ${two}`, mention: `${two} ${one}` },
  ] as const;
  const { query, mention } = forms[n % forms.length] ?? forms[0];
  return { id: `topic-${n}`, name: `Topic ${n}`, query, mention };
}

function sentence(random: SeededRandom, words: number): string {
  const list = Array.from({ length: words }, () =>
    // Makes some words much more frequent than others.
    random.chance(0.4)
      ? random.pick(FUNCTION_WORDS)
      : word(TEXT_FROM + Math.floor(TEXT_WORDS * random.fraction() ** 2)),
  );
  return capital(list.join(' '));
}

const FUNCTION_WORDS =
  'the a of in to for and on at by with from as is was after before over under new old'.split(' ');
/** Returns the word with a number. Words with consecutive numbers are not similar. */
function word(number: number, syllables = 4): string {
  return inventedWord(Math.imul(number, SCATTER) & (16 ** syllables - 1), syllables);
}

/** Multiplier of word numbers. It is odd, so that no two numbers collide. */
const SCATTER = 0x9e3779b1;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
