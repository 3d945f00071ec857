import { type Markup, markup } from '../../functions/shared/markup.ts';
import type { ScheduledKind } from '../../functions/shared/store/digests.ts';
import { count } from '../../functions/shared/text/count.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';
import type { WaitingMessage } from '../waiting-messages.ts';
import type { PageView } from './link.ts';
import { viewAddress } from './link.ts';
import type { PageStatus, PageTopic } from './page-status.ts';
import { timeWithDay } from './time-markup.ts';

/** Messages that are shown of each topic; the others come later. */
const MAX_WAITING = 3;

const MESSAGE_NAMES: Readonly<Record<ScheduledKind, readonly [message: string, one: string, many: string]>> =
  {
    digest: ['Digest', 'alert', 'alerts'],
    welcome: ['First look', 'item', 'items'],
    'follow-up': ['Follow-up', 'development', 'developments'],
    roundup: ['Round-up', 'report', 'reports'],
  };

/** Renders the topics, with how many alerts each had, what waits to be sent, and what is wrong with its query. */
export function topicList(
  entries: readonly OutboxEntry[],
  { topics, waiting = [], now }: PageStatus,
  { topic }: PageView,
  hueOf: (topicId: string) => string,
): Markup {
  const alerts = Map.groupBy(entries, ({ alert }) => alert?.topicId);
  // Most of what waits is due at a few times, such as that of the round-ups.
  const times = new Map<string, Markup>();
  const timeOf = (dueAt: string) => {
    const time = times.get(dueAt) ?? timeWithDay(dueAt, now);
    times.set(dueAt, time);
    return time;
  };
  const messages = Map.groupBy(waiting, ({ topicId }) => topicId);
  const rows = topics.map((one) => {
    const { id, name } = one;
    const current = id === topic ? markup` aria-current="true"` : '';
    const here = messages.get(id) ?? [];
    return markup`<li id="topic-${id}"><a class="topic ${hueOf(id)}" href="${viewAddress({ topic: id, all: false })}"${current}>${name}</a> <span>${String(alerts.get(id)?.length ?? 0)}</span>
${brokenQueryNotice(one)}
${here.slice(0, MAX_WAITING).map((message) => waitingLine(message, now, timeOf))}
${here.length > MAX_WAITING ? markup`<p class="due">and ${count(here.length - MAX_WAITING, 'later message')}</p>` : ''}</li>`;
  });
  const back = markup`<p><a href="/">Alerts about all topics</a></p>`;
  return markup`<section id="topics" class="topics">
<h2>Topics <span>${String(topics.length)}</span></h2>
<ul>${rows}</ul>
${topic === null ? '' : back}
</section>`;
}

function brokenQueryNotice({ fault }: PageTopic): Markup {
  if (fault === undefined) return markup``;
  return markup`<p class="trouble fault">Matches nothing until its query is mended: <span dir="auto">${fault}</span></p>`;
}

/** "Digest of 3 alerts due 30 November, 07:30"; what is due already goes out within a minute or so. */
function waitingLine(
  { kind, alerts, dueAt }: WaitingMessage,
  now: string,
  timeOf: (dueAt: string) => Markup,
): Markup {
  const [name, one, many] = MESSAGE_NAMES[kind];
  const what = `${name} of ${count(alerts, one, many)}`;
  if (Date.parse(dueAt) <= Date.parse(now)) return markup`<p class="due">${what} due now</p>`;
  return markup`<p class="due">${what} due ${timeOf(dueAt)}</p>`;
}
