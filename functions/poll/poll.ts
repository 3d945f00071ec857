import { isSilent } from '../shared/activity.ts';
import { RetryLater } from '../shared/errors.ts';
import type { Log } from '../shared/events.ts';
import type { FeedDue } from '../shared/messages.ts';
import type { Feed, PipelineConfig } from '../shared/model.ts';
import { isDue } from '../shared/poll-schedule.ts';
import type { Metrics } from '../shared/ports.ts';
import type { Secrets } from '../shared/secrets.ts';
import { escapeReferences } from '../shared/secrets.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import { MAX_CALLS_PER_HOUR } from '../shared/store/push-subscriptions.ts';
import { isHeldBack, withFailuresOf } from './backoff.ts';
import { withDocumentTitle, withTitle } from './feed-title.ts';
import { bodyHashOf, fetchConditionally, type Poll } from './fetch/conditional-fetch.ts';
import { feedAddress } from './fetch/feed-address.ts';
import type { Document, Failure, Fetch } from './fetch/fetch.ts';
import { type FeedAddress, plainAddress } from './fetch/plain-address.ts';
import { intervalDoublings } from './interval.ts';
import { withoutLongMove } from './next-state.ts';
import { KnownEntries } from './parser/known-entries.ts';
import { type FeedDocument, parseFeed } from './parser/parse.ts';
import { type ProcessDeps, processDocument, processPushedDocument } from './process-document.ts';
import { isSubscriptionDue, withCallback } from './push/push-state.ts';
import { documentOfPush } from './push/pushed-document.ts';
import type { Pushing } from './push/pushing.ts';
import {
  endedMark,
  type PollOutcome,
  recordFailure,
  recordPostponed,
  recordUnchanged,
} from './record-outcome.ts';

export interface PollDeps extends ProcessDeps {
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly fetch: Fetch;
  /** Looks up the secrets that feed addresses name. */
  readonly secrets: Secrets;
  /** Absent if no hub can call us. */
  readonly push?: Pushing;
  /** Limits concurrent processing: a parsed document takes many times the memory of its bytes. */
  readonly limitDocuments: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

const LEVELS: Partial<Record<PollOutcome['kind'], keyof Log>> = {
  failed: 'warn',
  unchanged: 'debug',
  resting: 'debug',
  repeated: 'debug',
  stopped: 'debug',
  ended: 'debug',
};

export async function poll(deps: PollDeps, due: FeedDue): Promise<PollOutcome> {
  const { feedId } = due;
  const feed = deps.config.feeds.find(({ id, enabled }) => id === feedId && enabled);
  const outcome: PollOutcome = feed ? await pollFeed(deps, feed, due) : { kind: 'unconfigured' };
  if (!due.push) deps.metrics.add('FeedsDue', 1);
  if (outcome.kind === 'changed') deps.metrics.add('ItemsFound', outcome.new + outcome.edited);
  deps.log[LEVELS[outcome.kind] ?? 'info']('poll', {
    feedId,
    ...outcomeFields(outcome),
    ...(outcome.title === undefined ? {} : { title: outcome.title }),
  });
  return outcome;
}

function outcomeFields(outcome: PollOutcome) {
  const { kind } = outcome;
  if (kind === 'changed')
    return { outcome: kind, new: outcome.new, edited: outcome.edited, first: outcome.first };
  if (kind === 'failed') return { outcome: kind, ...outcome.failure, failures: outcome.failures };
  return { outcome: kind };
}

const MAX_PUSH_ATTEMPTS = 3;
/** A later attempt, which may fetch the feed, must fit the time of a poll. */
const MAX_ATTEMPTS_MS = 10_000;

async function pollFeed(deps: PollDeps, feed: Feed, due: FeedDue): Promise<PollOutcome> {
  const resolved = await feedAddress(feed, deps.secrets);
  const address = 'detail' in resolved ? plainAddress(feed.url) : resolved;
  let state: FeedState;
  let titled: Feed;
  let outcome: PollOutcome;
  let attempts = 0;
  const startedAt = deps.clock();
  const hasTime = () => ++attempts < MAX_PUSH_ATTEMPTS && deps.clock() - startedAt < MAX_ATTEMPTS_MS;
  do {
    const known = withFailuresOf(address, withoutLongMove(await stateOf(deps, feed, address)));
    state = withCallback(known, deps.push?.callbackUrl);
    titled = withTitle(feed, state);
    outcome = await pollFrom(deps, { feed: titled, address, state, due }, resolved);
    // The poll that committed first did not see the pushed content.
  } while (outcome.kind === 'superseded' && due.push && hasTime());
  if (outcome.kind === 'superseded' && due.push)
    throw new RetryLater('other polls of the feed have committed first');
  if (due.push) return outcome;
  // Live pages fall silent when their event is over.
  deps.metrics.add('Silent', !state.live && isSilent(state, deps.clock()) ? 1 : 0);
  // A failing feed is often held back. It counts as failing even then.
  const isFailing = outcome.kind === 'failed' || (outcome.kind === 'waiting' && state.failures > 0);
  deps.metrics.add('FeedsFailing', isFailing ? 1 : 0);
  return feed === titled ? outcome : { title: titled.title, ...outcome };
}

/**
 * Returns the feed's state. If there is none under its id, looks under the ids that earlier releases gave the feed, which
 * included the query of its address.
 */
async function stateOf({ feedStates }: PollDeps, { id, url }: Feed, own: FeedAddress): Promise<FeedState> {
  const state = await feedStates.get(id);
  if (state.seen || state.gone) return state;
  const { earlierIds } = await import('#secret-address');
  for (const earlierId of earlierIds(id, url, own.url)) {
    const earlier = await feedStates.get(earlierId);
    const addresses = [earlier.url, earlier.moved?.from, earlier.failingAt, earlier.gone];
    if (!addresses.some((address) => own.isMarked(address))) continue;
    const version = Math.max(earlier.version, state.version);
    return { ...earlier, version, earlier: { id: earlierId, version: state.version } };
  }
  return state;
}

/** `resolved`: the address with its secrets, or why there is none. */
async function pollFrom(
  deps: PollDeps,
  start: Omit<Poll, 'fetchResult'>,
  resolved: FeedAddress | Failure,
): Promise<PollOutcome> {
  const { feed, address, state, due } = start;
  if (address.isMarked(state.gone)) return { kind: 'stopped' };
  if (state.ended !== undefined && state.ended === endedMark(address, deps.config)) return { kind: 'ended' };
  const now = deps.clock();
  const pushed = await processPush(deps, start);
  if (pushed) return pushed;
  if (isHeldBack(state, now)) return { kind: 'waiting' };
  if (!isScheduled(feed, state, due, now)) return { kind: 'resting' };

  if ('detail' in resolved) {
    const fetched = { kind: 'failed', failure: resolved } as const;
    const fetchResult = { address: address.url, fetched, contradicted: false };
    return recordFailure(deps, { ...start, fetchResult }, resolved);
  }
  const begun = isSubscriptionDue(state, now) ? { ...start, state: await subscribe(deps, start) } : start;
  const fetchResult = await fetchConditionally(deps, begun);
  const { fetched } = fetchResult;
  const poll: Poll = { ...begun, fetchResult };
  if (fetched.kind === 'postponed') return recordPostponed(deps, poll);
  if (fetched.kind === 'failed') return recordFailure(deps, poll, fetched.failure);
  if (fetched.kind === 'unchanged') return recordUnchanged(deps, poll);
  const bodyHash = bodyHashOf(fetched);
  if (bodyHash === state.bodyHash) return recordUnchanged(deps, poll);

  return deps.limitDocuments(async () => {
    const parsed = await parse(deps, fetched, address);
    if (!parsed.ok) return recordFailure(deps, poll, parsed.failure);
    return processDocument(deps, withDocumentTitle(poll, parsed.document), { fetched, bodyHash, ...parsed });
  });
}

/** Processes what the feed's hub has sent. Returns undefined if the feed must be fetched. */
async function processPush(
  deps: PollDeps,
  start: Omit<Poll, 'fetchResult'>,
): Promise<PollOutcome | undefined> {
  const { feed, address, state, due } = start;
  const { push: pushed } = due;
  if (!pushed) return undefined;
  const signedWith = pushed.kind === 'content' ? pushed.signedWith : undefined;
  const calls = (await deps.push?.subscriptions.count(feed.id, signedWith, deps.clock())) ?? 0;
  // They were accepted before the calls of the same moment had been counted.
  if (calls > MAX_CALLS_PER_HOUR) return { kind: 'resting' };
  if (pushed.kind !== 'content') {
    const { withLease, withoutLease } = await import('#push');
    const push =
      pushed.kind === 'lease'
        ? withLease(state.push, pushed, deps.clock())
        : withoutLease(state.push, deps.clock());
    if (!push) return { kind: 'resting' };
    const committed = await deps.feedStates.commit(feed.id, state, { ...state, push });
    return { kind: committed ? 'subscribed' : 'superseded' };
  }

  if (!deps.push) return undefined;
  const { subscriptions } = deps.push;
  if (await subscriptions.isProcessed(feed.id, pushed.id)) return { kind: 'repeated' };
  const fetched = await documentOfPush(state, pushed);
  if (!fetched) return undefined;
  const poll: Poll = { ...start, fetchResult: { address: address.url, fetched, contradicted: false } };
  const outcome = await deps.limitDocuments(async () => {
    const parsed = await parse(deps, fetched, address);
    return parsed.ok ? processPushedDocument(deps, poll, parsed) : undefined;
  });
  if (outcome?.kind === 'changed' || outcome?.kind === 'unchanged')
    await subscriptions.recordProcessed(feed.id, pushed.id, deps.clock());
  return outcome;
}

/** Of this process, for all feeds. */
const knownEntries = new KnownEntries();

/** Reads a document. Returns it without the secrets of the feed's address, and as it was. */
async function parse({ clock }: PollDeps, fetched: Document, address: FeedAddress) {
  const { bytes, url, contentType, cut, link } = fetched;
  const parsed = await parseFeed(bytes, {
    url,
    contentType,
    cut,
    link,
    now: clock(),
    known: knownEntries,
  });
  if (!parsed.ok) return parsed;
  const document = await withoutSecrets(parsed.feed, address, fetched.url);
  return { ok: true as const, document, original: parsed.feed };
}

async function subscribe(deps: PollDeps, { feed, address, state }: Omit<Poll, 'fetchResult'>) {
  const { push } = state;
  if (!push || !deps.push) return state;
  return (await import('#push')).subscribe(deps, deps.push, feed, address, { ...state, push });
}

/** Removes the secrets of the feed's address, and those of the address after redirects. */
async function withoutSecrets(document: FeedDocument, own: FeedAddress, url: string): Promise<FeedDocument> {
  const clean = own.redactDocument(document);
  if (url === own.url) return clean;
  const final = await feedAddress({ url: escapeReferences(url) }, { get: async () => ({ fault: '' }) });
  return 'detail' in final ? clean : final.redactDocument(clean);
}

/** Returns false when a feed that seldom brings news skips this poll. */
function isScheduled(feed: Feed, state: FeedState, { since, tickAt }: FeedDue, now: number): boolean {
  if (since === undefined) return true;
  return isDue(feed, Date.parse(since), Date.parse(tickAt), intervalDoublings(feed, state, now));
}
