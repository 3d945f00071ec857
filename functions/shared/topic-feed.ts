import { generateAtomFeed, generateJsonFeed } from 'feedsmith';
import type { FeedFormat } from './feed-formats.ts';
import { joinMarkup, type Markup, markup } from './markup.ts';
import { safeText, safeUrl } from './text/safe-text.ts';

export interface TopicFeed {
  readonly topicId: string;
  readonly topicName: string;
  /** Address of the feed itself. */
  readonly address: string;
  /** Latest development first. */
  readonly stories: readonly FeedStory[];
  /** ISO; for a topic without a story. */
  readonly startedAt: string;
}

/** A story as a feed shows it. */
export interface FeedStory {
  readonly id: string;
  readonly title: string;
  /** ISO. */
  readonly publishedAt: string;
  /** Time of the last development, ISO. */
  readonly updatedAt: string;
  /** Address of the first report. */
  readonly url: string | undefined;
  /** The summary of the first report; '' if it has none. */
  readonly summary: string;
  /** Newest first. */
  readonly developments: readonly FeedReport[];
  readonly retellings: readonly FeedReport[];
  /** Titles of the feeds that report it, in the order of their reports. */
  readonly sources: readonly string[];
}

export interface FeedReport {
  readonly title: string;
  readonly url: string | undefined;
  /** Title of the feed. */
  readonly source: string;
  /** An edit of an article that was reported before. */
  readonly isEdit: boolean;
}

const MAX_STORIES = 50;
const MAX_URL = 2_000;

/** Returns the alerts of a topic as a feed with one entry per story, which keeps its id when the story develops. */
export function topicFeed(format: FeedFormat, feed: TopicFeed): string {
  const shown = { ...feed, stories: feed.stories.slice(0, MAX_STORIES) };
  return format === 'atom' ? atomFeed(shown) : jsonFeed(shown);
}

/** Returns the id of a topic's feed or, with a story, of its entry. A URN, since the addresses of feeds may change. */
const idOf = (...parts: readonly string[]) => ['urn:news-alerts', ...parts.map(encodeURIComponent)].join(':');

function atomFeed({ topicId, topicName, address, stories, startedAt }: TopicFeed): string {
  return generateAtomFeed({
    id: idOf(topicId),
    title: { value: titleOf(topicName) },
    updated: new Date(stories[0]?.updatedAt ?? startedAt),
    links: [{ href: address, rel: 'self', type: 'application/atom+xml' }],
    entries: stories.map((story) => {
      const url = webAddress(story.url);
      return {
        id: idOf(topicId, story.id),
        title: { value: headlineOf(story, topicName) },
        published: new Date(story.publishedAt),
        updated: new Date(story.updatedAt),
        authors: [{ name: authorOf(story, topicName) }],
        ...(url === undefined ? {} : { links: [{ href: url, rel: 'alternate' }] }),
        content: { type: 'html', value: contentOf(story).source },
      };
    }),
  });
}

function jsonFeed({ topicId, topicName, address, stories }: TopicFeed): string {
  const feed = generateJsonFeed({
    title: titleOf(topicName),
    feed_url: address,
    items: stories.map((story) => {
      const url = webAddress(story.url);
      return {
        id: idOf(topicId, story.id),
        title: headlineOf(story, topicName),
        content_html: contentOf(story).source,
        date_published: new Date(story.publishedAt),
        date_modified: new Date(story.updatedAt),
        authors: [{ name: authorOf(story, topicName) }],
        ...(url === undefined ? {} : { url }),
      };
    }),
  });
  // The format requires the list, even if it is empty.
  return JSON.stringify({ items: [], ...(feed as object) });
}

const titleOf = (topicName: string) => `${topicName} (news-alerts)`;

// Atom requires a title of every entry, and an author.
const headlineOf = ({ title }: FeedStory, topicName: string) => safeText(title) || topicName;
const authorOf = ({ sources: [first = ''] }: FeedStory, topicName: string) => safeText(first) || topicName;

const webAddress = (url: string | undefined) => (url === undefined ? undefined : safeUrl(url, MAX_URL));

function contentOf({ summary, developments, retellings, sources }: FeedStory): Markup {
  const first = safeText(summary);
  return joinMarkup([
    first === '' ? markup`` : markup`<p>${first}</p>`,
    reportList(developments),
    reportList(retellings),
    markup`<p>Sources: ${sources.map(safeText).join(', ')}</p>`,
  ]);
}

const reportList = (reports: readonly FeedReport[]): Markup =>
  reports.length === 0 ? markup`` : markup`<ul>${reports.map(reportLine)}</ul>`;

function reportLine({ title, url, source, isEdit }: FeedReport): Markup {
  const address = webAddress(url);
  const text = safeText(title);
  const linked = address === undefined ? markup`${text}` : markup`<a href="${address}">${text}</a>`;
  return markup`<li>${isEdit ? 'Updated: ' : ''}${linked} (${safeText(source)})</li>`;
}
