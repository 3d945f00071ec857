import { hash64 } from '../shared/hash.ts';
import type { Feed, Notice } from '../shared/model.ts';
import { OPERATIONS_TOPIC_ID } from '../shared/pipeline.ts';
import type { QueueMessage } from '../shared/ports.ts';
import { redactAddress } from '../shared/redact-address.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import { count, plural } from '../shared/text/count.ts';

/** Failed polls in a row until somebody is told: with the waits between them, more than an hour. */
export const FAILURES_BEFORE_NOTICE = 5;

/** What a notice is about; `of` tells one such event of the feed from another, and is the same in every attempt. */
interface NoticeContent {
  readonly what: 'failing' | 'recovered' | 'stopped' | 'moved' | 'migrated';
  readonly of: string;
  readonly title: string;
  readonly detail: string;
}

type Times = Pick<Notice, 'tickAt' | 'polledAt'>;

export function failing(
  feed: Feed,
  before: FeedState,
  state: FeedState,
  times: Times,
): QueueMessage<Notice>[] {
  // Told at this very failure and at no other; and once of those that release 0.1.0 has left failing.
  const isLeft = before.failures >= FAILURES_BEFORE_NOTICE && before.failingSince === undefined;
  if (state.failures !== FAILURES_BEFORE_NOTICE && !isLeft) return [];
  const since = state.failingSince ?? '';
  return notice(feed, times, {
    what: 'failing',
    of: since,
    title: `${count(state.failures, 'poll')} in a row ${plural(state.failures, 'has', 'have')} failed`,
    detail: `It has failed since ${formatTime(since)}, the last time with ${state.lastFailure}. It is asked on, ever less often. If it is gone for good, take it out of the file or correct its address; you are told when it is back.`,
  });
}

export function recovered(feed: Feed, state: FeedState, times: Times): QueueMessage<Notice>[] {
  if (state.failures < FAILURES_BEFORE_NOTICE) return [];
  const since = state.failingSince ?? '';
  return notice(feed, times, {
    what: 'recovered',
    of: since,
    title: 'can be read again',
    detail: `It had failed since ${formatTime(since)}, ${count(state.failures, 'time')}. What it shows now and has not shown before is told as always.`,
  });
}

export function stopped(feed: Feed, times: Times): QueueMessage<Notice>[] {
  return notice(feed, times, {
    what: 'stopped',
    of: redactAddress(feed.url),
    title: 'is gone, and is not asked any more',
    detail:
      'Its server says that it is gone for good (HTTP 410). Take it out of the file, or give its new address.',
  });
}

/** `to`: as people may see it. */
export function moved(feed: Feed, to: string, times: Times): QueueMessage<Notice>[] {
  // Some addresses are another one every time, but for their query.
  const [of = to] = to.split('?');
  const hidden = to.includes('***')
    ? ' In place of *** is what may be a secret: its server shows it to whoever asks at the old address.'
    : '';
  return notice(feed, times, {
    what: 'moved',
    of,
    title: 'has moved for good',
    detail: `It is read at ${to} now. Write that address into the file, and keep the feed's id: ${feed.id}.${hidden}`,
  });
}

export function migrated(
  feed: Feed,
  { items, revision }: { readonly items: number; readonly revision: number },
  times: Times,
): QueueMessage<Notice>[] {
  return notice(feed, times, {
    what: 'migrated',
    of: String(revision),
    title: `has given ${count(items, 'old item')} new ${plural(items, 'name')}`,
    detail:
      'They are old, or have been there before, so nobody is alerted of them: the feed has probably moved to another system. What it brings from now on is told as always.',
  });
}

function notice(
  feed: Feed,
  times: Times,
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

/** "2021-12-07T15:00:00.000Z" as "2021-12-07 15:00 UTC". */
function formatTime(iso: string): string {
  return iso === '' ? 'some time ago' : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
