import type { Notice } from '../shared/messages.ts';
import type { Clock, PipelineConfig } from '../shared/model.ts';
import type { Queue, QueueMessage } from '../shared/ports.ts';
import type { FeedState, FeedStates } from '../shared/store/feed-states.ts';
import { afterFailure, withoutFailures } from './backoff.ts';
import type { Poll } from './fetch/conditional-fetch.ts';
import type { Failure } from './fetch/fetch.ts';
import type { FeedAddress } from './fetch/plain-address.ts';
import { movedTo, withMove } from './next-state.ts';
import type { PollTimes } from './notices.ts';
import { isPushed } from './push/push-state.ts';

/**
 * The outcome of a poll. A bad feed is an outcome; only bugs and failures of our own services throw. `title` is the
 * document's title, if the file has none for the feed.
 */
export type PollOutcome = Outcome & { readonly title?: string };

type Outcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly new: number; readonly edited: number; readonly first: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly failures: number }
  /** Not fetched: the feed or its host must wait, or the feed has news so seldom that it skips this poll. */
  | { readonly kind: 'waiting' | 'resting' }
  /** Not fetched: the feed is gone for good (HTTP 410), a live page that has ended, or not in the configuration. */
  | { readonly kind: 'stopped' | 'ended' | 'unconfigured' }
  /** A hub has confirmed, refused or ended a subscription; or it repeats a push. */
  | { readonly kind: 'subscribed' | 'repeated' }
  /** Another poll of the feed committed first. That poll or a later one finds everything that this one found. */
  | { readonly kind: 'superseded' };

export interface RecordDeps {
  readonly clock: Clock;
  readonly feedStates: FeedStates;
  readonly notices: Queue<Notice>;
  readonly config: Pick<PipelineConfig, 'version'>;
}

/**
 * Writes nothing for an unchanged feed, unless it has just recovered or moved, is stored under an earlier id, or is a live page
 * that ends or goes on. `coverageEnd`: when a live page says that its coverage ends, by default as stored.
 */
export async function recordUnchanged(
  deps: RecordDeps,
  poll: Poll,
  coverageEnd = poll.state.live?.coverageEnd,
): Promise<PollOutcome> {
  const { feed, address, fetchResult } = poll;
  const { ended, ...state } = poll.state;
  if (hasEnded(state, coverageEnd, deps.clock()))
    return recordEnd(deps, poll, endedMark(address, deps.config));
  const hasMoved = movedTo(fetchResult) !== undefined;
  // A hub has pushed something that a poll does not find, so polls must look for it at their usual times.
  const isMissing = poll.due.push !== undefined && isPushed(state, deps.clock());
  const isKept = state.failures === 0 && !hasMoved && !isMissing;
  if (isKept && state.earlier === undefined && ended === undefined) return { kind: 'unchanged' };
  await deps.notices.send(await noticesOf(poll, timesOf(deps, poll)));
  const { ended: _ended, ...recovered } = withoutFailures(hasMoved ? withMove(poll) : state);
  const { push } = recovered;
  const next = isMissing && push ? { ...recovered, push: { ...push, complete: 0 } } : recovered;
  const committed = await deps.feedStates.commit(feed.id, poll.state, next);
  return { kind: committed ? 'unchanged' : 'superseded' };
}

/** A live page in which nothing changes for this long has ended, unless it says that its coverage goes on. */
const MAX_LIVE_PAUSE_MS = 7 * 86_400_000;

function hasEnded({ live }: FeedState, coverageEnd: string | undefined, now: number): boolean {
  if (!live || now - live.changedAt <= MAX_LIVE_PAUSE_MS) return false;
  return coverageEnd === undefined || Date.parse(coverageEnd) <= now;
}

/** Returns the mark of a live page that has ended. A change of the configuration makes the page polled again. */
export function endedMark(address: FeedAddress, { version }: RecordDeps['config']): string {
  return `${address.mark()} ${version}`;
}

/** Sends the notice of a failure, if one is due, and then commits the failure. */
export async function recordFailure(deps: RecordDeps, poll: Poll, found: Failure): Promise<PollOutcome> {
  const { feed, address, state, fetchResult } = poll;
  const failure = { ...found, detail: address.forDisplay(found.detail) };
  const isGone = failure.kind === 'gone' && fetchResult.address === address.url;
  const failed = afterFailure(feed, address, state, failure, deps.clock());
  const times = timesOf(deps, poll);
  const { notices } = await import('#rarely-needed');
  const due = isGone ? notices.stopped(feed, times) : notices.failing(feed, state, failed, times);
  await deps.notices.send(due);
  const next = isGone ? { ...failed, gone: address.mark() } : failed;
  const committed = await deps.feedStates.commit(feed.id, state, next);
  return committed ? { kind: 'failed', failure, failures: failed.failures } : { kind: 'superseded' };
}

/** Ends the polls of a live page, and sends the notice of it first. `ended`: the mark that the state keeps. */
async function recordEnd(deps: RecordDeps, poll: Poll, ended: string): Promise<PollOutcome> {
  const { feed, state } = poll;
  const { notices } = await import('#rarely-needed');
  await deps.notices.send(notices.ended(feed, state, timesOf(deps, poll)));
  const next = withoutFailures({ ...state, ended });
  const committed = await deps.feedStates.commit(feed.id, state, next);
  return { kind: committed ? 'ended' : 'superseded' };
}

/** Returns the notices of a successful poll. `migrated` counts the old items with new ids. */
export async function noticesOf(
  { feed, address, state, fetchResult }: Poll,
  times: PollTimes,
  migrated = { items: 0, revision: 0 },
): Promise<QueueMessage<Notice>[]> {
  const to = movedTo(fetchResult);
  const shown = to === undefined || to === address.url ? undefined : address.forDisplay(to);
  const known = state.moved && address.forDisplay(address.fromStored(state.moved.to) ?? state.moved.to);
  const isNewMove = shown !== undefined && shown !== known;
  if (state.failures === 0 && !isNewMove && migrated.items === 0) return [];
  const { notices } = await import('#rarely-needed');
  return [
    ...notices.recovered(feed, state, times),
    ...(isNewMove ? notices.moved(feed, shown, times) : []),
    ...(migrated.items > 0 ? notices.migrated(feed, migrated, times) : []),
  ];
}

function timesOf({ clock }: RecordDeps, { due: { tickAt } }: Poll): PollTimes {
  return { tickAt, polledAt: new Date(clock()).toISOString() };
}
