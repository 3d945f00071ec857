import type { OutletId } from './outlets.ts';

interface TimelineEvent {
  /** Minutes since the newsroom opened; negative before that. */
  readonly minute: number;
  readonly outlet: OutletId;
  readonly slug: string;
}

interface Publish extends TimelineEvent {
  readonly act: 'publish';
  /** Plain text. */
  readonly title: string;
  /** Paragraphs of HTML; the first is the lead. */
  readonly text: string;
  readonly byline: string;
  /** Path of an article that belongs to another outlet, such as an agency. */
  readonly articlePath?: string;
}

interface Edit extends TimelineEvent {
  readonly act: 'edit';
  readonly title?: string;
  readonly text?: string;
}

interface Remove extends TimelineEvent {
  readonly act: 'remove';
}

export type StoryEvent = Publish | Edit | Remove;

/** An article in its version at some minute. */
export interface Article {
  readonly slug: string;
  readonly title: string;
  readonly text: string;
  readonly byline: string;
  readonly path: string;
  readonly published: number;
  readonly updated: number;
}

/** Feeds contain only the latest items, as most real feeds do. */
export const MAX_FEED_ITEMS = 12;

/** Returns the items of an outlet's feed at a minute, latest first. */
export function itemsAt(script: readonly StoryEvent[], outlet: OutletId, minute: number): Article[] {
  return [...articlesAt(script, outlet, minute).values()]
    .sort((a, b) => b.published - a.published)
    .slice(0, MAX_FEED_ITEMS);
}

export function articleAt(
  script: readonly StoryEvent[],
  outlet: OutletId,
  slug: string,
  minute: number,
): Article | undefined {
  return articlesAt(script, outlet, minute).get(slug);
}

/** Returns the minute of an outlet's latest event, which is when its feed last changed. */
export function lastChange(script: readonly StoryEvent[], outlet: OutletId, minute: number): number {
  return Math.max(...eventsUntil(script, outlet, minute).map((event) => event.minute));
}

function articlesAt(
  script: readonly StoryEvent[],
  outlet: OutletId,
  minute: number,
): ReadonlyMap<string, Article> {
  const articles = new Map<string, Article>();
  for (const event of eventsUntil(script, outlet, minute)) {
    const known = articles.get(event.slug);
    if (event.act === 'publish') articles.set(event.slug, asArticle(event));
    else if (event.act === 'remove') articles.delete(event.slug);
    else if (known !== undefined) articles.set(event.slug, edited(known, event));
  }
  return articles;
}

function eventsUntil(script: readonly StoryEvent[], outlet: OutletId, minute: number): StoryEvent[] {
  return script
    .filter((event) => event.outlet === outlet && event.minute <= minute)
    .sort((a, b) => a.minute - b.minute);
}

function asArticle(event: Publish): Article {
  const { slug, title, text, byline, minute } = event;
  const path = event.articlePath ?? `/${event.outlet}/${slug}`;
  return { slug, title, text, byline, path, published: minute, updated: minute };
}

function edited(article: Article, event: Edit): Article {
  return {
    ...article,
    title: event.title ?? article.title,
    text: event.text ?? article.text,
    updated: event.minute,
  };
}
