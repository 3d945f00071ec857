import { joinMarkup, type Markup, markup } from '../../functions/shared/markup.ts';
import { count } from '../../functions/shared/text/count.ts';
import type { FeedStatus } from '../feed-status.ts';
import { isWaiting, type OutboxEntry } from '../outbox/outbox-entry.ts';
import type { WaitingMessage } from '../waiting-messages.ts';
import { exactTime, timeOfDay } from './time-markup.ts';

/** What runs, besides the feeds. Times are ISO, of the wall clock. */
export interface PageStatus {
  readonly startedAt: string;
  readonly nextTickAt: string;
  readonly queues: readonly { readonly name: string; readonly waiting: number; readonly dead: number }[];
  /** Why no email goes out, and when that is tried again. */
  readonly mail?: { readonly detail: string; readonly nextAt: string } | undefined;
  readonly topics: readonly PageTopic[];
  /** By the clock of the pipeline. */
  readonly now: string;
  /** What waits to be sent, soonest first. */
  readonly waiting?: readonly WaitingMessage[];
  /** Of the times on the page; the machine's without it. */
  readonly timeZone?: string | undefined;
}

export interface PageTopic {
  readonly id: string;
  readonly name: string;
  /** What is wrong with its query: it matches nothing. */
  readonly fault?: string | undefined;
}

/** What is watched and since when, in one sentence, with what is not as it should be. */
export function statusLine(
  { startedAt, nextTickAt, topics }: PageStatus,
  feeds: readonly FeedStatus[],
): Markup {
  const failing = feeds.filter(({ failures }) => failures > 0).length;
  const trouble = markup` <b class="trouble">${String(failing)} of them in trouble.</b>`;
  const broken = topics.filter(({ fault }) => fault !== undefined).length;
  const faulty = markup` <b class="trouble">${count(broken, 'topic')} with a broken query.</b>`;
  return markup`<p class="status">Watching <a href="#topics">${count(topics.length, 'topic')}</a> in
<a href="#feeds">${count(feeds.length, 'feed')}</a> since ${timeOfDay(startedAt)}.${failing > 0 ? trouble : ''}${broken > 0 ? faulty : ''}
Next look at ${exactTime(nextTickAt)}.</p>`;
}

/** Renders why no email goes out, and how many wait; nothing where all is well. */
export function mailNotice({ mail }: PageStatus, entries: readonly OutboxEntry[]): Markup {
  if (!mail) return markup``;
  const waiting = entries.flatMap(({ deliveries }) => deliveries).filter(isWaiting).length;
  return markup`<p class="trouble"><b>No email goes out:</b> ${mail.detail}. ${count(waiting, 'email')} waiting; next try at ${timeOfDay(mail.nextAt)}.</p>`;
}

export function demoNotice(): Markup {
  return markup`<p class="demo"><b>Demo</b> Invented newspapers on this machine, whose day goes much faster than
yours. Nothing is sent to anybody. For real news, write your feeds and topics in <code>news-alerts.yaml</code> and run
<code>npm start</code>.</p>`;
}

/** Nothing, unless messages are waiting or dead. */
export function queueNotices({ queues }: PageStatus): Markup {
  const waiting = queues.filter((queue) => queue.waiting > 0);
  const dead = queues.filter((queue) => queue.dead > 0);
  const busy = waiting.map((queue) => markup`${queue.name} ${String(queue.waiting)}`);
  return joinMarkup([
    ...dead.map((queue) => {
      return markup`<p class="trouble">${count(queue.dead, 'message')} of the <b>${queue.name}</b> queue failed every time and
${queue.dead === 1 ? 'was' : 'were'} set aside as dead letters. The terminal says why.</p>`;
    }),
    ...(busy.length > 0 ? [markup`<p class="quiet">Messages waiting: ${joinMarkup(busy, ', ')}.</p>`] : []),
  ]);
}
