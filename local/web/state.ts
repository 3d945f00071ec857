import type { FeedLine } from '../feed-board.ts';
import { type Markup, markup } from '../markup.ts';
import type { OutboxEntry } from '../outbox-entry.ts';
import { alertList, type View } from './alert-list.ts';
import { feedList } from './feed-list.ts';
import { timeZone } from './moment.ts';
import { mailNotice, type PageStatus, queueNotices, statusLine } from './status.ts';
import { topicList } from './topic-list.ts';

export interface State {
  readonly entries: readonly OutboxEntry[];
  readonly feeds: readonly FeedLine[];
  readonly status: PageStatus;
  readonly view: View;
  readonly card: (entry: OutboxEntry) => Markup;
  readonly feedRow: (feed: FeedLine) => Markup;
  readonly hueOf: (topicId: string) => string;
}

/** Everything on the page that changes. */
export function stateMarkup({ entries, feeds, status, view, card, feedRow, hueOf }: State): Markup {
  return markup`<div id="state">
${statusLine(status, feeds)}
${mailNotice(status, entries)}
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
