import { hash64 } from '../shared/hash.ts';
import type { Notice } from '../shared/messages.ts';
import type { Feed } from '../shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../shared/pipeline.ts';
import type { QueueMessage } from '../shared/ports.ts';
import { redactAddress } from '../shared/redact-address.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import { count, plural } from '../shared/text/count.ts';

/** Failed polls in a row before a notice. With the waits between them, these take more than an hour. */
export const FAILURES_BEFORE_NOTICE = 5;

/** The content of a notice. `of` distinguishes the feed's events of one kind, and is the same in every attempt. */
interface NoticeContent {
  readonly what: 'failing' | 'recovered' | 'stopped' | 'ended' | 'moved' | 'migrated';
  readonly of: string;
  readonly title: string;
  readonly detail: string;
}

/** The times in the messages of a poll. */
export type PollTimes = Pick<Notice, 'tickAt' | 'polledAt'>;

export function failing(
  feed: Feed,
  before: FeedState,
  state: FeedState,
  times: PollTimes,
): QueueMessage<Notice>[] {
  // Exactly one failure sends the notice. Feeds that were failing under release 0.1.0, which sent none, get theirs now.
  const wasFailing = before.failures >= FAILURES_BEFORE_NOTICE && before.failingSince === undefined;
  if (state.failures !== FAILURES_BEFORE_NOTICE && !wasFailing) return [];
  const since = state.failingSince ?? '';
  return notice(feed, times, {
    what: 'failing',
    of: since,
    title: `failed ${count(state.failures, 'poll')} in a row`,
    detail: `Failing since ${formatTime(since)}. Last failure: ${state.lastFailure}. Polls continue at longer intervals, and a notice follows when the feed works again. If it is gone for good, correct its address in the file, or remove the feed.`,
  });
}

export function recovered(feed: Feed, state: FeedState, times: PollTimes): QueueMessage<Notice>[] {
  if (state.failures < FAILURES_BEFORE_NOTICE) return [];
  const since = state.failingSince ?? '';
  return notice(feed, times, {
    what: 'recovered',
    of: since,
    title: 'works again',
    detail: `It failed ${count(state.failures, 'poll')} in a row, starting ${formatTime(since)}. New entries are alerted as usual.`,
  });
}

export function stopped(feed: Feed, times: PollTimes): QueueMessage<Notice>[] {
  return notice(feed, times, {
    what: 'stopped',
    of: redactAddress(feed.url),
    title: 'is gone for good and no longer polled',
    detail: 'Its server answered HTTP 410 (Gone). Give its new address in the file, or remove the feed.',
  });
}

/** The notice that nothing has changed in a live page for days. */
export function ended(feed: Feed, { live }: FeedState, times: PollTimes): QueueMessage<Notice>[] {
  const last = new Date(live?.changedAt ?? 0).toISOString();
  return notice(feed, times, {
    what: 'ended',
    of: last,
    title: 'has ended and is no longer polled',
    detail: `It is a live page, and nothing has changed in it since ${formatTime(last)}. Remove it from the file. If it goes on, any change of the configuration makes it polled again.`,
  });
}

/** `to` is the redacted new address. */
export function moved(feed: Feed, to: string, times: PollTimes): QueueMessage<Notice>[] {
  // Some redirects have a different query every time.
  const [of = to] = to.split('?');
  const hidden = to.includes('***')
    ? ' *** stands for a possible secret: open the old address to see the whole new one.'
    : '';
  return notice(feed, times, {
    what: 'moved',
    of,
    title: 'has moved for good',
    detail: `It is now read at ${to}. Put that address in the file, and keep the feed's id: ${feed.id}.${hidden}`,
  });
}

export function migrated(
  feed: Feed,
  { items, revision }: { readonly items: number; readonly revision: number },
  times: PollTimes,
): QueueMessage<Notice>[] {
  return notice(feed, times, {
    what: 'migrated',
    of: String(revision),
    title: `gave ${count(items, 'old item')} new ${plural(items, 'id')}`,
    detail:
      'The feed has probably moved to another system. These items are old or were there before, so they are not alerted. New items are alerted as usual.',
  });
}

function notice(
  feed: Feed,
  times: PollTimes,
  { what, of, title, detail }: NoticeContent,
): QueueMessage<Notice>[] {
  const noticeId = hash64('notice', feed.id, what, of);
  const { id, title: name } = feed;
  return [
    {
      body: {
        v: 1,
        kind: 'notice',
        topicId: OPERATIONS_TOPIC_ID,
        noticeId,
        ...times,
        feed: { id, title: name, url: redactAddress(feed.url) },
        title,
        detail,
      },
      group: OPERATIONS_TOPIC_ID,
      deduplication: noticeId,
    },
  ];
}

/** Formats "2021-12-07T15:00:00.000Z" as "2021-12-07 15:00 UTC". */
function formatTime(iso: string): string {
  return iso === '' ? 'an unknown time' : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
