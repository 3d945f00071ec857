import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { FeedStatus } from '../feed-status.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';
import { alertList } from './alert-list.ts';
import { feedList } from './feed-list.ts';
import type { PageView } from './link.ts';
import { outageNotices, type PageStatus, queueNotices, statusLine } from './page-status.ts';
import { timeZone } from './time-markup.ts';
import { topicList } from './topic-list.ts';

export interface PageState {
  readonly entries: readonly OutboxEntry[];
  readonly feeds: readonly FeedStatus[];
  readonly status: PageStatus;
  readonly view: PageView;
  readonly card: (entry: OutboxEntry) => Markup;
  readonly feedRow: (feed: FeedStatus) => Markup;
  readonly hueOf: (topicId: string) => string;
}

/** Returns the part of the page that changes. */
export function stateMarkup({ entries, feeds, status, view, card, feedRow, hueOf }: PageState): Markup {
  return markup`<div id="state">
${statusLine(status, feeds)}
${outageNotices(status, entries)}
${queueNotices(status)}
<div class="columns">
<main>
${alertList(entries, view, card)}
</main>
<aside>
${topicList(entries, status, view, hueOf)}
${feedList(feeds, view, feedRow)}
<p class="quiet">Times are in ${timeZone()}.</p>
</aside>
</div>
</div>`;
}
