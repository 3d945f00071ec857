import { generateAtomFeed, generateJsonFeed } from 'feedsmith';
import { joinMarkup, type Markup, markup } from '../functions/shared/markup.ts';
import { link } from './link.ts';
import type { ShownStory, StoryReport } from './stories.ts';

/** The formats in which the alerts of a topic can be read. */
export const FEED_FORMATS = {
  atom: { type: 'application/atom+xml; charset=utf-8', name: 'Atom' },
  json: { type: 'application/feed+json; charset=utf-8', name: 'JSON Feed' },
} as const;
export type FeedFormat = keyof typeof FEED_FORMATS;

export interface TopicFeed {
  readonly topicId: string;
  readonly topicName: string;
  /** Address of the feed itself. */
  readonly address: string;
  /** Latest first. */
  readonly stories: readonly ShownStory[];
  /** ISO; for a topic without a story. */
  readonly startedAt: string;
}

const MAX_STORIES = 50;

/** Returns the alerts of a topic as a feed with one entry per story, which keeps its id when the story develops. */
export function topicFeed(format: FeedFormat, feed: TopicFeed): string {
  const shown = { ...feed, stories: feed.stories.slice(0, MAX_STORIES) };
  return format === 'atom' ? atomFeed(shown) : jsonFeed(shown);
}

/** Returns the id of a story's entry. A URN, since the page has no address of its own in the world. */
const idOf = ({ topicId, storyId }: Pick<ShownStory, 'topicId' | 'storyId'>) =>
  `urn:news-alerts:${encodeURIComponent(topicId)}:${encodeURIComponent(storyId)}`;

function atomFeed({ topicId, topicName, address, stories, startedAt }: TopicFeed): string {
  return generateAtomFeed({
    id: `urn:news-alerts:${encodeURIComponent(topicId)}`,
    title: { value: titleOf(topicName) },
    updated: new Date(stories[0]?.at ?? startedAt),
    links: [{ href: address, rel: 'self', type: 'application/atom+xml' }],
    entries: stories.map((story) => {
      const url = urlOf(story);
      return {
        id: idOf(story),
        title: { value: story.title },
        published: new Date(firstAt(story)),
        updated: new Date(story.at),
        authors: [{ name: story.sources[0] ?? topicName }],
        ...(url === undefined ? {} : { links: [{ href: url, rel: 'alternate' }] }),
        content: { type: 'html', value: contentOf(story).source },
      };
    }),
  });
}

function jsonFeed({ topicName, address, stories }: TopicFeed): string {
  const feed = generateJsonFeed({
    title: titleOf(topicName),
    feed_url: address,
    items: stories.map((story) => {
      const url = urlOf(story);
      return {
        id: idOf(story),
        title: story.title,
        content_html: contentOf(story).source,
        date_published: new Date(firstAt(story)),
        date_modified: new Date(story.at),
        authors: [{ name: story.sources[0] ?? topicName }],
        ...(url === undefined ? {} : { url }),
      };
    }),
  });
  // The format requires the list, even if it is empty.
  return JSON.stringify({ items: [], ...(feed as object) });
}

const titleOf = (topicName: string) => `${topicName} (news-alerts)`;

const firstAt = ({ reports, retellings, at }: ShownStory) => (reports[0] ?? retellings[0])?.at ?? at;

/** Returns the address of the first report, if it leads to the web. */
function urlOf({ reports, retellings }: ShownStory): string | undefined {
  const url = (reports[0] ?? retellings[0])?.entry.url;
  return url !== undefined && /^https?:$/.test(URL.parse(url)?.protocol ?? '') ? url : undefined;
}

function contentOf({ reports, retellings, sources }: ShownStory): Markup {
  const [first, ...developments] = reports;
  const summary = first?.entry.summary ? markup`<p>${first.entry.summary}</p>` : markup``;
  const later =
    developments.length === 0 ? markup`` : markup`<ul>${developments.toReversed().map(reportLine)}</ul>`;
  const also = retellings.length === 0 ? markup`` : markup`<ul>${retellings.map(reportLine)}</ul>`;
  return joinMarkup([summary, later, also, markup`<p>Sources: ${sources.join(', ')}</p>`]);
}

function reportLine({ entry: { title, url, feed, kind } }: StoryReport): Markup {
  return markup`<li>${kind === 'update' ? 'Updated: ' : ''}${link(url, markup`${title}`)} (${feed})</li>`;
}
