import { createHash } from 'node:crypto';
import type { SeededRandom } from '../helpers/seeded-random.ts';

/** How an article reads from a time on. */
export interface Version {
  readonly from: number;
  readonly title: string;
  readonly summary: string;
}

/** One item of one feed, over time. */
export interface Article {
  readonly name: string;
  /** What it tells, by the simulation's own knowledge. */
  readonly story: string;
  readonly feedId: string;
  readonly url?: string;
  /** When it appears in the feed. */
  readonly from: number;
  /** The date it carries, if any. */
  readonly dated?: number;
  readonly versions: readonly Version[];
  /** The feed shows it only once its list goes further back. */
  readonly isHistory?: true;
}

/** What is wrong with a feed for a while. */
export type TroubleKind =
  | 'error'
  | 'throttled'
  | 'unreachable'
  | 'slow'
  | 'broken'
  | 'web-page'
  | 'empty'
  /** Some answers show the feed as it was when the trouble began, as caches do. */
  | 'stale'
  /** The validator does not change though the feed does. */
  | 'lying-validator';

export interface Trouble {
  readonly kind: TroubleKind;
  readonly from: number;
  readonly until: number;
}

export interface FeedScript {
  readonly id: string;
  readonly url: string;
  /** Items that the feed shows; older ones roll off. */
  readonly shows: number;
  /** When all guids change. */
  readonly reguidAt?: number;
  /** When it moves for good to `movesTo`. */
  readonly movesAt?: number;
  readonly movesTo: string;
  /** When it is given up, for good. */
  readonly goneAt?: number;
  /** Every answer dates the items anew. */
  readonly redates: boolean;
  /** Every answer has other guids and addresses, and no dates. */
  readonly churns?: true;
  /** When the list begins to go further back. */
  readonly longerFrom?: number;
  readonly troubles: readonly Trouble[];
}

const REDATED_EVERY_MS = 600_000;

/** What a feed holds at a time. */
export interface Edition {
  readonly shown: readonly {
    readonly article: Article;
    readonly version: Version;
    /** The date that is shown. */
    readonly dated: number | undefined;
  }[];
  readonly body: string;
  readonly etag: string;
  /** What it tells, whatever its dates and guids. */
  readonly content: string;
}

/** All that happens in the simulated world's feeds. */
export class News {
  readonly feeds: readonly FeedScript[];
  readonly articles: readonly Article[];
  readonly #storyOfTitle = new Map<string, string>();

  constructor(feeds: readonly FeedScript[], articles: readonly Article[]) {
    this.feeds = feeds;
    this.articles = articles;
    for (const { story, versions } of articles)
      for (const { title } of versions) this.#storyOfTitle.set(title, story);
  }

  storyOf(title: string): string | undefined {
    return this.#storyOfTitle.get(title);
  }

  /** The trouble of a feed at a time, if it has one. */
  troubleAt(feed: FeedScript, time: number): Trouble | undefined {
    return feed.troubles.find(({ from, until }) => from <= time && time < until);
  }

  edition(feed: FeedScript, time: number): Edition {
    const all = this.articles
      .filter(({ feedId, from }) => feedId === feed.id && from <= time)
      .sort((a, b) => b.from - a.from);
    const isLonger = time >= (feed.longerFrom ?? Number.POSITIVE_INFINITY);
    const shown = [
      ...all.filter(({ isHistory }) => !isHistory).slice(0, feed.shows),
      ...all.filter(({ isHistory }) => isHistory && isLonger),
    ].map((article) => ({ article, version: versionAt(article, time), dated: datedAt(feed, article, time) }));
    const body = render(feed, shown, time);
    const content = shown.map(({ version: { title, summary } }) => `${title}: ${summary}`).join('\n');
    return { shown, body, content, etag: `"${createHash('sha1').update(body).digest('hex').slice(0, 12)}"` };
  }
}

function datedAt({ redates, churns }: FeedScript, { dated }: Article, time: number): number | undefined {
  if (churns) return undefined;
  return redates ? time - (time % REDATED_EVERY_MS) : dated;
}

function versionAt({ versions }: Article, time: number): Version {
  const current = versions.findLast(({ from }) => from <= time) ?? versions[0];
  if (!current) throw new TypeError('an article has at least one version');
  return current;
}

function render(feed: FeedScript, shown: Edition['shown'], time: number): string {
  const items = shown.map(({ article: { name, url }, version: { title, summary }, dated }) => {
    const guid = feed.reguidAt !== undefined && time >= feed.reguidAt ? `${name}-anew` : name;
    const session = feed.churns ? `-${time}` : '';
    return (
      `<item><guid isPermaLink="false">${feed.id}-${guid}${session}</guid><title>${title}</title>` +
      `${url ? `<link>${url}${session}</link>` : ''}<description>${summary}</description>` +
      `${dated === undefined ? '' : `<pubDate>${new Date(dated).toUTCString()}</pubDate>`}</item>`
    );
  });
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>${feed.id}</title>${items.join('')}</channel></rss>`;
}

/** Words that no other headline has, nor one that could be mistaken for them. */
export class Words {
  #next = 0;

  word(): string {
    let rest = Math.imul(++this.#next, 0x9e3779b1) >>> 4;
    let text = '';
    while (rest > 0) {
      text += `${'bdfgklmnprstvz'[rest % 14]}${'aeiou'[rest % 5]}`;
      rest = Math.floor(rest / 14);
    }
    return text;
  }

  /** A headline that holds these words, and some of its own. */
  headline(holding: readonly string[]): string[] {
    return [...holding, ...Array.from({ length: 7 }, () => this.word())];
  }

  /** The same news in slightly other words. */
  retold(headline: readonly string[], keep: number, random: SeededRandom): string[] {
    const changed = keep + random.integer(headline.length - keep);
    return headline.map((word, n) => (n === changed ? this.word() : word));
  }
}
