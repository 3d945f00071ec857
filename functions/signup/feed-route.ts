import { createHash } from 'node:crypto';
import type { Context, Env, Hono } from 'hono';
import { FEED_FORMATS, type FeedFormat } from '../shared/feed-formats.ts';
import { ownValue } from '../shared/own-value.ts';
import { feedPath, isFeedToken } from '../shared/signed-link.ts';
import type { SignupDeps } from './deps.ts';
import { feedStories } from './feed-stories.ts';
import { kept } from './kept.ts';
import { networkOf, takePlaces } from './limits.ts';
import type { FeedLink } from './views/manage-view.ts';

/** Seconds for which readers need not ask again. */
const MAX_AGE = 300;
/** The time of a feed without entries. Any constant keeps its ETag the same. */
const NEVER_UPDATED = new Date(0).toISOString();

export interface FeedRouteOptions {
  /** Returns the address of the page, with a slash at its end. */
  readonly pageUrl: (c: Context) => string;
  /** Returns the internet address of the caller. */
  readonly callerOf: (c: Context) => string;
  /** Answers a caller who has asked too often. */
  readonly refuse: (c: Context) => Response | Promise<Response>;
}

/** Returns the links to a topic's feed in all formats, relative to the page. */
export const feedLinks = (key: Uint8Array, topicId: string): FeedLink[] =>
  Object.entries(FEED_FORMATS).map(([format, { name }]) => ({
    name,
    href: `./${feedPath(key, topicId, format as FeedFormat)}`,
  }));

/** Adds the feeds of all topics. With a wrong token, the answer is that of a path that does not exist. */
export function addFeedRoute<E extends Env>(app: Hono<E>, deps: SignupDeps, options: FeedRouteOptions): void {
  const stories = kept(deps.clock, (topicId) => feedStories(deps, topicId));
  app.get('/feeds/:token/:file', async (c) => {
    const { token, file } = c.req.param();
    const [, topicId = '', extension = ''] = /^([^.]*)\.([a-z]+)$/.exec(file) ?? [];
    const isAllowed = isFeedToken(await deps.key(), topicId, token);
    const format = ownValue(FEED_FORMATS, extension);
    const topic = deps.config.topics.find(({ id }) => id === topicId);
    if (!isAllowed || !format || !topic) return c.notFound();
    const caller = `${topicId} ${networkOf(options.callerOf(c))}`;
    if (!stories.has(topicId) && !(await takePlaces(deps, 'feedReadsOfNetwork', caller))) {
      c.header('retry-after', '3600');
      return options.refuse(c);
    }
    const { topicFeed } = await import('#topic-feed');
    const body = topicFeed(extension as FeedFormat, {
      topicId,
      topicName: topic.name,
      address: `${options.pageUrl(c)}feeds/${token}/${file}`,
      stories: await stories.get(topicId),
      startedAt: NEVER_UPDATED,
    });
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    c.header('cache-control', `private, max-age=${MAX_AGE}`);
    c.header('etag', etag);
    c.header('x-robots-tag', 'noindex');
    if (hasEtag(c.req.header('if-none-match'), etag)) return c.body(null, 304);
    return c.body(body, 200, { 'content-type': format.type });
  });
}

/** Returns whether an `If-None-Match` header names an entity tag, which proxies may have made a weak one. */
function hasEtag(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((text) => ['*', etag, `W/${etag}`].includes(text.trim()));
}
