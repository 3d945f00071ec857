import { type Markup, markup } from '../../functions/shared/markup.ts';
import { count } from '../../functions/shared/text/count.ts';
import { safeText, shorten } from '../../functions/shared/text/safe-text.ts';
import type { FeedStatus } from '../feed-status.ts';
import type { PageView } from './link.ts';
import { link, viewAddress } from './link.ts';
import { timeOfDay } from './time-markup.ts';

const MAX_OUTCOME_LENGTH = 200;
/** Limit on the feeds that are shown without a click, since browsers are slow with a list of thousands. */
const MAX_SHOWN = 100;

/** Returns the feeds with the results of their last polls, failing feeds first. */
export function feedList(
  feeds: readonly FeedStatus[],
  view: PageView,
  row: (feed: FeedStatus) => Markup,
): Markup {
  const failing = feeds.filter(({ failures }) => failures > 0);
  const working = feeds.filter(({ failures }) => failures === 0);
  const all = [...failing, ...working];
  const shown = view.allFeeds ? all : all.slice(0, MAX_SHOWN);
  const more = markup`<p id="all-feeds"><a href="${viewAddress({ ...view, allFeeds: true })}#feeds">Show all ${count(all.length, 'feed')}</a></p>`;
  return markup`<section id="feeds" class="feeds">
<h2>Feeds <span>${String(all.length)}</span></h2>
<ul>${shown.map(row)}</ul>
${shown.length < all.length ? more : ''}
</section>`;
}

export function feedRow({ id, title, url, lastOutcome, lastAt, failures }: FeedStatus): Markup {
  const state = failures > 0 ? 'failing' : lastOutcome === null ? 'waiting' : 'well';
  // The outcome may quote the server.
  const outcome =
    lastOutcome === null ? 'not polled yet' : shorten(safeText(lastOutcome) || 'changed', MAX_OUTCOME_LENGTH);
  return markup`<li id="feed-${id}" class="${state}">
<b dir="auto">${link(url, markup`${title.replace(/^https?:\/\//, '')}`)}</b> ${lastAt === null ? '' : timeOfDay(lastAt)}
<p dir="auto">${outcome}</p>
</li>`;
}
