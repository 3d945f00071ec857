import { type Markup, markup } from '../functions/shared/markup.ts';
import { safeText, shorten } from '../functions/shared/text/safe-text.ts';
import type { FeedStatus } from '../local/feed-status.ts';
import { link } from './link.ts';
import { timeWithDay } from './time-markup.ts';

const MAX_OUTCOME_LENGTH = 200;

/** Returns the feeds with the failing ones first. */
export function worstFirst(feeds: readonly FeedStatus[]): FeedStatus[] {
  return feeds.toSorted((a, b) => Number(b.failures > 0) - Number(a.failures > 0));
}

export type FeedState = 'failing' | 'waiting' | 'well';

export function feedState({ failures, lastOutcome }: FeedStatus): FeedState {
  return failures > 0 ? 'failing' : lastOutcome === null ? 'waiting' : 'well';
}

/** Returns the result of a feed's last poll. It may quote the server. */
export function outcomeText({ lastOutcome }: FeedStatus): string {
  return lastOutcome === null
    ? 'not polled yet'
    : shorten(safeText(lastOutcome) || 'changed', MAX_OUTCOME_LENGTH);
}

/** Returns the title of a feed, or its address if it has none but that of its site. */
export function feedName({ url, title }: Pick<FeedStatus, 'url' | 'title'>): string {
  const { hostname, host = '', pathname = '' } = URL.parse(url) ?? {};
  return title === hostname || title === host ? `${host}${pathname}` : title.replace(/^https?:\/\//, '');
}

/** Returns the name of a feed, with a link to it unless a part of its address is secret. */
export function feedLink(feed: Pick<FeedStatus, 'url' | 'title'>): Markup {
  const isWhole = !/\*\*\*|\$\{/.test(feed.url);
  return markup`<b dir="auto">${link(isWhole ? feed.url : undefined, markup`${feedName(feed)}`)}</b>`;
}

/** Returns a feed with the result of its last poll. */
export function feedRow(feed: FeedStatus): Markup {
  return markup`<li id="feed-${feed.id}" class="${feedState(feed)}">
${feedLink(feed)} ${feed.lastAt === null ? '' : timeWithDay(feed.lastAt, new Date().toISOString())}
<p dir="auto">${outcomeText(feed)}</p>
</li>`;
}
