import type { Feed } from '../shared/model.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import type { Poll } from './fetch/conditional-fetch.ts';
import type { FeedDocument } from './parser/parse.ts';

/** UTF-16 units. `feeds add` has the same limit. */
const MAX_TITLE = 120;
/** Excludes joiners, which several scripts need. */
const INVISIBLE = /(?![\u200c\u200d])\p{C}/gu;

/** Returns the feed with the stored title of its document, unless the file has a title. */
export function withTitle(feed: Feed, { title }: Pick<FeedState, 'title'>): Feed {
  return feed.untitled && title !== undefined ? { ...feed, title } : feed;
}

/** Returns the poll with the title of this document in its feed and its state. */
export function withDocumentTitle(poll: Poll, document: FeedDocument): Poll {
  const title = documentTitle(document) ?? poll.state.title;
  if (title === undefined) return poll;
  return { ...poll, feed: withTitle(poll.feed, { title }), state: { ...poll.state, title } };
}

/** Returns a document's title as one line of at most 120 characters; undefined if none of it is visible. */
export function documentTitle(document: Pick<FeedDocument, 'title'>): string | undefined {
  const line = document.title.replace(/\s+/gu, ' ').replace(INVISIBLE, '').replace(/ +/g, ' ').trim();
  if (!/[\p{L}\p{N}\p{S}]/u.test(line)) return undefined;
  if (line.length <= MAX_TITLE) return line;
  const cut = line.slice(0, MAX_TITLE - 1).replace(/[\ud800-\udbff]$/, '');
  const space = cut.lastIndexOf(' ');
  return `${(space > MAX_TITLE / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
