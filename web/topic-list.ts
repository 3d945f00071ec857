import { type Markup, markup } from '../functions/shared/markup.ts';
import type { ScheduledKind } from '../functions/shared/store/digests.ts';
import { count } from '../functions/shared/text/count.ts';
import type { PageMessage, PageStatus, PageTopic } from '../local/page-data.ts';
import type { WaitingMessage } from '../local/waiting-messages.ts';
import type { PageView } from './link.ts';
import { pathOf, viewAddress } from './link.ts';
import { timeWithDay } from './time-markup.ts';

/** Limit on the waiting messages that are shown for each topic. */
const MAX_WAITING = 3;

/** The words for "Digest of 3 alerts" and the like. */
const MESSAGE_WORDS: Readonly<Record<ScheduledKind, readonly [opening: string, one: string, many: string]>> =
  {
    digest: ['Digest of', 'alert', 'alerts'],
    welcome: ['First look at', 'item', 'items'],
    'follow-up': ['Follow-up with', 'development', 'developments'],
    roundup: ['Round-up of', 'report', 'reports'],
    daily: ['Daily mail with', 'report', 'reports'],
  };

/** Returns the topics, each with its number of alerts, the messages that wait, and the fault of its query. */
export function topicList(
  entries: readonly PageMessage[],
  { topics, waiting = [], now }: PageStatus,
  { topic }: PageView,
  hueOf: (topicId: string) => string,
  silent: ReadonlyMap<string, number> = new Map(),
): Markup {
  const alerts = Map.groupBy(entries, ({ alert }) => alert?.topicId);
  // Most waiting messages share a few due times, such as that of the round-ups, so the markup is cached.
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
${silenceNotice(silent.get(id), now)}
${here.slice(0, MAX_WAITING).map((message) => waitingLine(message, now, timeOf))}
${here.length > MAX_WAITING ? markup`<p class="due">and ${count(here.length - MAX_WAITING, 'later message')}</p>` : ''}</li>`;
  });
  const back = markup`<p><a href="/try?${new URLSearchParams({ topic: topic ?? '' }).toString()}">Try or change its query</a></p>
<p>Its alerts as a feed: <a href="${pathOf('topics', topic ?? '', 'feed.atom')}">Atom</a>, <a href="${pathOf('topics', topic ?? '', 'feed.json')}">JSON Feed</a></p>
<p><a href="/">Alerts about all topics</a></p>`;
  return markup`<section id="topics" class="topics">
<h2>Topics <span>${String(topics.length)}</span></h2>
<ul>${rows}</ul>
${topic === null ? '' : back}
</section>`;
}

function brokenQueryNotice({ fault, keepsQuery }: PageTopic): Markup {
  if (fault === undefined) return markup``;
  const effect = keepsQuery ? 'Keeps its earlier query' : 'Matches nothing';
  return markup`<p class="trouble fault">${effect} until its query is fixed: <span dir="auto">${fault}</span></p>`;
}

/** Returns a notice about a topic that has had no story for far longer than usual. `since`: time of the last one, ms. */
function silenceNotice(since: number | undefined, now: string): Markup {
  if (since === undefined) return markup``;
  return markup`<p class="trouble fault">No story since ${timeWithDay(new Date(since).toISOString(), now)}, far longer than usual. Does its query still fit the news?</p>`;
}

/** Returns a line such as "Digest of 3 alerts due 30 November, 07:30". A message that is due goes out in about a minute. */
function waitingLine(
  { kind, alerts, dueAt }: WaitingMessage,
  now: string,
  timeOf: (dueAt: string) => Markup,
): Markup {
  const [opening, one, many] = MESSAGE_WORDS[kind];
  const what = `${opening} ${count(alerts, one, many)}`;
  if (Date.parse(dueAt) <= Date.parse(now)) return markup`<p class="due">${what} due now</p>`;
  return markup`<p class="due">${what} due ${timeOf(dueAt)}</p>`;
}
