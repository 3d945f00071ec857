import { createHash } from 'node:crypto';
import type { SeededRandom } from '../helpers/seeded-random.ts';

/** The text of an article from a time on. */
export interface Version {
  readonly from: number;
  readonly title: string;
  readonly summary: string;
}

/** One item of one feed, over time. */
export interface Article {
  readonly name: string;
  /** The story that the article reports, which only the simulation knows. */
  readonly story: string;
  readonly feedId: string;
  readonly url?: string;
  /** When the article appears in the feed. */
  readonly from: number;
  /** The article's date, if any. */
  readonly dated?: number;
  readonly versions: readonly Version[];
  /** Set if the article is old and appears only when the feed begins to show a longer list. */
  readonly isHistory?: true;
}

/** A temporary fault of a feed. */
export type TroubleKind =
  | 'error'
  | 'throttled'
  | 'unreachable'
  | 'slow'
  | 'broken'
  | 'web-page'
  | 'empty'
  /** Some responses show the feed as it was at the start of the fault, as caches do. */
  | 'stale'
  /** The validator stays the same although the feed changes. */
  | 'lying-validator';

export interface Trouble {
  readonly kind: TroubleKind;
  readonly from: number;
  readonly until: number;
}

export interface FeedScript {
  readonly id: string;
  readonly url: string;
  /** Number of items that the feed shows. Older ones are dropped. */
  readonly shows: number;
  /** When all guids change. */
  readonly reguidAt?: number;
  /** When the feed moves permanently to `movesTo`. */
  readonly movesAt?: number;
  readonly movesTo: string;
  /** When the feed is gone for good (410). */
  readonly goneAt?: number;
  /** Whether the items get new dates again and again. */
  readonly redates: boolean;
  /** Set if every response has new guids and addresses, and no dates. */
  readonly churns?: true;
  /** When the feed begins to show a longer list. */
  readonly longerFrom?: number;
  /** The feed is a live page, and its items are updates. */
  readonly live?: true;
  /** The feed names a hub that pushes its news. */
  readonly hub?: string;
  readonly troubles: readonly Trouble[];
}

const REDATED_EVERY_MS = 600_000;

/** The contents of a feed at a time. */
export interface Edition {
  readonly shown: readonly {
    readonly article: Article;
    readonly version: Version;
    /** The date that is shown. */
    readonly dated: number | undefined;
  }[];
  readonly body: string;
  readonly etag: string;
  /** The texts, without dates and guids. */
  readonly content: string;
}

/** The simulated feeds and their articles over time. */
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

  /** Returns the feed's fault at a time, if any. */
  troubleAt(feed: FeedScript, time: number): Trouble | undefined {
    return feed.troubles.find(({ from, until }) => from <= time && time < until);
  }

  /** `isShown`: the articles to show of those that the feed shows at the time. */
  edition(feed: FeedScript, time: number, isShown: (article: Article) => boolean = () => true): Edition {
    const all = this.articles
      .filter(({ feedId, from }) => feedId === feed.id && from <= time)
      .sort((a, b) => b.from - a.from);
    const isLonger = time >= (feed.longerFrom ?? Number.POSITIVE_INFINITY);
    const shown = [
      ...all.filter(({ isHistory }) => !isHistory).slice(0, feed.shows),
      ...all.filter(({ isHistory }) => isHistory && isLonger),
    ]
      .filter(isShown)
      .map((article) => ({
        article,
        version: versionAt(article, time),
        dated: datedAt(feed, article, time),
      }));
    const body = feed.live ? renderLivePage(feed, shown) : render(feed, shown, time);
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
  const links = Object.entries(feed.hub ? { hub: feed.hub, self: feed.url } : {})
    .map(([rel, href]) => `<atom:link rel="${rel}" href="${href}"/>`)
    .join('');
  return (
    `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>` +
    `<title>${feed.id}</title>${links}${items.join('')}</channel></rss>`
  );
}

function renderLivePage(feed: FeedScript, shown: Edition['shown']): string {
  const page = {
    '@context': 'https://schema.org',
    '@type': 'LiveBlogPosting',
    headline: `Live at ${feed.id}`,
    liveBlogUpdate: shown.map(({ article: { url }, version: { title, summary }, dated = 0 }) => ({
      '@type': 'BlogPosting',
      url,
      headline: title,
      articleBody: summary,
      datePublished: new Date(dated).toISOString(),
    })),
  };
  return `<!doctype html><html><head><script type="application/ld+json">${JSON.stringify(page)}</script></head></html>`;
}

/** Makes invented words, all different and none similar to another. */
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

  /** Returns a headline of these words and seven new ones. */
  headline(holding: readonly string[]): string[] {
    return [...holding, ...Array.from({ length: 7 }, () => this.word())];
  }

  /** Returns the headline with one word replaced, after the first `keep` words. */
  retold(headline: readonly string[], keep: number, random: SeededRandom): string[] {
    const changed = keep + random.integer(headline.length - keep);
    return headline.map((word, n) => (n === changed ? this.word() : word));
  }
}
