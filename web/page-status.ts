import { joinMarkup, type Markup, markup } from '../functions/shared/markup.ts';
import type { Protocol } from '../functions/shared/model.ts';
import { count } from '../functions/shared/text/count.ts';
import type { Outage } from '../local/delivery/outage.ts';
import type { FeedStatus } from '../local/feed-status.ts';
import { isWaiting } from '../local/outbox/outbox-entry.ts';
import type { PageMessage, PageStatus } from '../local/page-data.ts';
import { knownDeliveries } from './stories.ts';
import { exactTime, timeOfDay, timeWithDay } from './time-markup.ts';

/** Returns what is watched and since when, with the number of failing feeds and broken queries. */
export function statusLine(
  { startedAt, nextTickAt, lastTickAt, topics, now }: PageStatus,
  feeds: readonly FeedStatus[],
): Markup {
  const failing = feeds.filter(({ failures }) => failures > 0).length;
  const failingNote = markup` <b class="trouble">${count(failing, 'feed is', 'feeds are')} failing.</b>`;
  const broken = topics.filter(({ fault }) => fault !== undefined).length;
  const brokenNote = markup` <b class="trouble">${count(broken, 'topic has', 'topics have')} a broken query.</b>`;
  const since = startedAt === undefined ? '' : markup` since ${timeOfDay(startedAt)}`;
  const next = nextTickAt === undefined ? '' : markup`\nNext check at ${exactTime(nextTickAt)}.`;
  const last = lastTickAt === undefined ? '' : markup`\nLast check: ${timeWithDay(lastTickAt, now)}.`;
  return markup`<p class="status">Watching <a href="/feeds">${count(feeds.length, 'feed')}</a> for
<a href="#topics">${count(topics.length, 'topic')}</a>${since}.${failing > 0 ? failingNote : ''}${broken > 0 ? brokenNote : ''}${next}${last}</p>`;
}

/** Returns why parts of the page are missing or old, and what the reader should know about it. */
export function statusNotices({ faults = [], notes = [] }: PageStatus): Markup {
  if (faults.length + notes.length === 0) return markup``;
  return markup`<aside aria-label="Notes">${faults.map((text) => markup`<p class="trouble" role="status">${text}</p>`)}${notes.map((text) => markup`<p class="quiet">${text}</p>`)}</aside>
`;
}

/** Returns why no email or no SMS can be sent, and how many wait; nothing if both work. */
export function outageNotices({ mail, sms }: PageStatus, entries: readonly PageMessage[]): Markup {
  const waiting = (by: Protocol) => knownDeliveries(entries).filter((one) => isWaiting(one, by)).length;
  const notice = (name: string, outage: Outage | undefined, waits: string) =>
    outage
      ? [
          markup`<p class="trouble"><b>${name} cannot be sent:</b> ${outage.detail}. ${waits} waiting; next try at ${timeOfDay(outage.nextAt)}.</p>`,
        ]
      : [];
  return joinMarkup([
    ...notice('Email', mail, count(waiting('email'), 'email is', 'emails are')),
    ...notice('SMS', sms, count(waiting('sms'), 'SMS is', 'SMS are')),
  ]);
}

export function demoNotice(): Markup {
  return markup`<p class="demo"><b>Demo</b> The news is invented and comes from this machine. A day here passes much faster
than a real one, and nothing is sent to anybody. For real news, add your feeds and topics to <code>news-alerts.yaml</code>
and run <code>npm start</code>.</p>`;
}

/** Returns notices about dead letters; nothing if there are none. */
export function queueNotices({ queues }: PageStatus, stack?: string): Markup {
  const dead = queues.filter((queue) => queue.dead > 0);
  return joinMarkup(
    dead.map((queue) => {
      return markup`<p class="trouble">${count(queue.dead, 'message')} in the <b>${queue.name}</b> queue failed on every try and
${queue.dead === 1 ? 'is now a dead letter' : 'are now dead letters'}. ${stack === undefined ? 'See the terminal for the reason.' : `Run news-alerts doctor --stack ${stack} to see what to do.`}</p>`;
    }),
  );
}
