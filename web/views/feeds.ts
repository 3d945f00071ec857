import { type Markup, markup } from '../../functions/shared/markup.ts';
import { count } from '../../functions/shared/text/count.ts';
import type { FeedStatus } from '../../local/feed-status.ts';
import type { ItemCounts } from '../../local/page-data.ts';
import { pollTicks, sparkline } from '../chart.ts';
import { feedLink, feedName, feedState, outcomeText } from '../feed-list.ts';
import type { ChangeForm } from '../forms.ts';
import { pathOf } from '../link.ts';
import { timeWithDay } from '../time-markup.ts';
import { findForm } from './find-feed.ts';

/** What is wrong with a feed, and what to do. */
export interface FeedAdvice {
  readonly seen: string;
  readonly next: string;
}

export interface FeedsPage {
  readonly feeds: readonly FeedStatus[];
  /** Number of all feeds; more than are shown if there are very many. */
  readonly total: number;
  readonly paused: readonly Pick<FeedStatus, 'id' | 'title' | 'url'>[];
  /** Undefined if the numbers are not known. */
  readonly plots: ItemCounts | undefined;
  /** Why there are no plots. */
  readonly note?: string | undefined;
  readonly advice: ReadonlyMap<string, FeedAdvice>;
  /** The change that was just made. */
  readonly done: string | undefined;
  /** Absent where nothing can be changed. */
  readonly form: ChangeForm | undefined;
}

/** Returns the feeds, each with the result of its last poll, its items over time, and what to do if it fails. */
export function feedsView(page: FeedsPage): Markup {
  const { feeds, total, paused, done, form, note } = page;
  return markup`<main>
<h1>Feeds <span>${total.toLocaleString('en')}</span></h1>
${done === undefined ? '' : markup`<p class="done" role="status">${done}</p>`}
${form ? findForm(form, 'Add a feed: the address of a site or a feed') : ''}
${note === undefined ? '' : markup`<p class="quiet">The feeds have plots once the stored items were read. ${note}</p>`}
<ul class="feeds table">${feeds.map((feed) => feedRow(feed, page))}</ul>
${feeds.length < total ? markup`<p id="all"><a href="/feeds?all=">Show all ${count(total, 'feed')}</a></p>` : ''}
${paused.length > 0 ? markup`<h2>Paused <span>${String(paused.length)}</span></h2><ul class="feeds table">${paused.map((feed) => pausedRow(feed, form))}</ul>` : ''}
<h2>Lists of feeds</h2>
<p><a href="/feeds/export.opml" download>Export as OPML</a> <span class="quiet">(with any keys that stand in the addresses in the file)</span></p>
${form ? importForm(form) : ''}
</main>`;
}

function importForm(form: ChangeForm): Markup {
  return form(
    '/feeds/import',
    markup`<p class="field"><label for="opml">Import OPML of another reader</label>
<input id="opml" type="file" name="file" accept=".opml,.xml,text/xml,text/x-opml" required></p>
<p class="buttons"><button>Import</button></p>`,
    { hasFile: true },
  );
}

function feedRow(feed: FeedStatus, { plots, advice, form }: FeedsPage): Markup {
  const { id, lastAt } = feed;
  const name = feedName(feed);
  const help = advice.get(id);
  return markup`<li id="feed-${id}" class="${feedState(feed)}">
<div>${feedLink(feed)}
<p dir="auto">${lastAt === null ? '' : timeWithDay(lastAt, new Date().toISOString())} ${outcomeText(feed)}</p>
${help ? markup`<p class="advice">${help.seen}. <strong>What to do:</strong> ${help.next}.</p>` : ''}</div>
${plots ? plotBlock(plots.byFeed.get(id) ?? [], name, plots.period, feed.recent) : ''}
${form ? markup`<div class="buttons">${button(form, id, 'poll', 'Poll now', name)}${button(form, id, 'pause', 'Pause', name)}${removeButton(id, name)}</div>` : ''}
</li>`;
}

function plotBlock(
  counts: readonly number[],
  title: string,
  period: string,
  recent: FeedStatus['recent'],
): Markup {
  const items = counts.reduce((sum, n) => sum + n, 0);
  return markup`<div class="counts">${counts.length > 0 ? sparkline(counts, `Items of ${title} in the last ${period}`) : ''}<span>${count(items, 'item')} in ${period}</span>${recent ? pollTicks(recent) : ''}</div>`;
}

function pausedRow(feed: Pick<FeedStatus, 'id' | 'title' | 'url'>, form: ChangeForm | undefined): Markup {
  const { id } = feed;
  const name = feedName(feed);
  return markup`<li id="feed-${id}" class="waiting"><div>${feedLink(feed)}</div>
${form ? markup`<div class="buttons">${button(form, id, 'resume', 'Resume', name)}${removeButton(id, name)}</div>` : ''}</li>`;
}

/** Leads to a page that asks first. */
function removeButton(id: string, name: string): Markup {
  return markup`<form action="${pathOf('feeds', id, 'remove')}"><button aria-label="Remove: ${name}">Remove</button></form>`;
}

function button(form: ChangeForm, id: string, action: string, label: string, name: string): Markup {
  return form(pathOf('feeds', id, action), markup`<button aria-label="${label}: ${name}">${label}</button>`);
}
