import { safeText, shorten } from '../../functions/notify/safe-text.ts';
import type { FeedLine } from '../feed-board.ts';
import { type Markup, markup } from '../markup.ts';
import { link } from './link.ts';
import { timeOfDay } from './moment.ts';

const OUTCOME = 200;

/** The feeds with their last answers; those in trouble first. */
export function feedList(feeds: readonly FeedLine[]): Markup {
  const failing = feeds.filter(({ failures }) => failures > 0);
  const rows = [...failing, ...feeds.filter(({ failures }) => failures === 0)].map(row);
  return markup`<section id="feeds" class="feeds">
<h2>Feeds <span>${String(feeds.length)}</span></h2>
<ul>${rows}</ul>
</section>`;
}

function row({ id, title, url, lastOutcome, lastAt, failures }: FeedLine): Markup {
  const state = failures > 0 ? 'failing' : lastOutcome === null ? 'waiting' : 'well';
  // Whatever a server answered with may be quoted in here.
  const outcome =
    lastOutcome === null ? 'not asked yet' : shorten(safeText(lastOutcome) || 'changed', OUTCOME);
  return markup`<li id="feed-${id}" class="${state}">
<b dir="auto">${link(url, markup`${title.replace(/^https?:\/\//, '')}`)}</b> ${lastAt === null ? '' : timeOfDay(lastAt)}
<p dir="auto">${outcome}</p>
</li>`;
}
