import type { FeedLine } from '../feed-board.ts';
import { type Markup, markup } from '../markup.ts';
import type { OutboxEntry } from '../outbox-entry.ts';
import { alertList, type View } from './alert-list.ts';
import { feedList } from './feed-list.ts';
import { viewAddress } from './link.ts';
import { timeZone } from './moment.ts';
import { mailNotice, type PageStatus, queueNotices, statusLine } from './status.ts';

export interface State {
  readonly entries: readonly OutboxEntry[];
  readonly feeds: readonly FeedLine[];
  readonly status: PageStatus;
  readonly view: View;
  readonly card: (entry: OutboxEntry) => Markup;
  readonly hueOf: (topicId: string) => string;
}

/** Everything on the page that changes. */
export function stateMarkup({ entries, feeds, status, view, card, hueOf }: State): Markup {
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
${feedList(feeds)}
<p class="quiet">Times are in ${timeZone()}.</p>
</aside>
</div>
</div>`;
}

function topicList(
  entries: readonly OutboxEntry[],
  { topics }: PageStatus,
  { topic }: View,
  hueOf: State['hueOf'],
): Markup {
  const rows = topics.map(({ id, name }) => {
    const alerts = entries.filter(({ alert }) => alert?.topicId === id).length;
    const current = id === topic ? markup` aria-current="true"` : '';
    return markup`<li><a class="topic ${hueOf(id)}" href="${viewAddress({ topic: id, all: false })}"${current}>${name}</a> <span>${String(alerts)}</span></li>`;
  });
  const back = markup`<p><a href="/">Alerts about all topics</a></p>`;
  return markup`<section id="topics" class="topics">
<h2>Topics <span>${String(topics.length)}</span></h2>
<ul>${rows}</ul>
${topic === null ? '' : back}
</section>`;
}
