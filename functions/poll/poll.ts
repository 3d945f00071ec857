import { isSilent } from '../shared/activity.ts';
import type { Log } from '../shared/events.ts';
import type { FeedDue } from '../shared/messages.ts';
import type { Feed, PipelineConfig } from '../shared/model.ts';
import { isDue } from '../shared/poll-schedule.ts';
import type { Metrics } from '../shared/ports.ts';
import type { Secrets } from '../shared/secrets.ts';
import { escapeReferences } from '../shared/secrets.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import { isHeldBack, withFailuresOf } from './backoff.ts';
import { withDocumentTitle, withTitle } from './feed-title.ts';
import { bodyHashOf, fetchConditionally, type Poll } from './fetch/conditional-fetch.ts';
import { feedAddress } from './fetch/feed-address.ts';
import type { Failure, Fetch } from './fetch/fetch.ts';
import { type FeedAddress, plainAddress } from './fetch/plain-address.ts';
import { intervalDoublings } from './interval.ts';
import { withoutLongMove } from './next-state.ts';
import { type FeedDocument, parseFeed } from './parser/parse.ts';
import { type ProcessDeps, processDocument } from './process-document.ts';
import { endedMark, type PollOutcome, recordFailure, recordUnchanged } from './record-outcome.ts';

export interface PollDeps extends ProcessDeps {
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly fetch: Fetch;
  /** Looks up the secrets that feed addresses name. */
  readonly secrets: Secrets;
  /** Limits concurrent processing: a parsed document takes many times the memory of its bytes. */
  readonly limitDocuments: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

const LEVELS: Partial<Record<PollOutcome['kind'], keyof Log>> = {
  failed: 'warn',
  unchanged: 'debug',
  resting: 'debug',
  stopped: 'debug',
  ended: 'debug',
};

export async function poll(deps: PollDeps, due: FeedDue): Promise<PollOutcome> {
  const { feedId } = due;
  const feed = deps.config.feeds.find(({ id, enabled }) => id === feedId && enabled);
  const outcome: PollOutcome = feed ? await pollFeed(deps, feed, due) : { kind: 'unconfigured' };
  deps.metrics.add('FeedsDue', 1);
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

async function pollFeed(deps: PollDeps, feed: Feed, due: FeedDue): Promise<PollOutcome> {
  const resolved = await feedAddress(feed, deps.secrets);
  const address = 'detail' in resolved ? plainAddress(feed.url) : resolved;
  const state = withFailuresOf(address, withoutLongMove(await stateOf(deps, feed, address)));
  const titled = withTitle(feed, state);
  const outcome = await pollFrom(deps, { feed: titled, address, state, due }, resolved);
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
  if (state.ended === endedMark(address, deps.config)) return { kind: 'ended' };
  const now = deps.clock();
  if (isHeldBack(state, now)) return { kind: 'waiting' };
  if (!isScheduled(feed, state, due, now)) return { kind: 'resting' };

  if ('detail' in resolved) {
    const fetched = { kind: 'failed', failure: resolved } as const;
    const fetchResult = { address: address.url, fetched, contradicted: false };
    return recordFailure(deps, { ...start, fetchResult }, resolved);
  }
  const fetchResult = await fetchConditionally(deps, start);
  const { fetched } = fetchResult;
  const poll: Poll = { ...start, fetchResult };
  if (fetched.kind === 'postponed') return { kind: 'waiting' };
  if (fetched.kind === 'failed') return recordFailure(deps, poll, fetched.failure);
  if (fetched.kind === 'unchanged') return recordUnchanged(deps, poll);
  const bodyHash = bodyHashOf(fetched);
  if (bodyHash === state.bodyHash) return recordUnchanged(deps, poll);

  return deps.limitDocuments(async () => {
    const parsed = await parseFeed(fetched.bytes, {
      url: fetched.url,
      contentType: fetched.contentType,
      cut: fetched.cut,
      now: deps.clock(),
    });
    if (!parsed.ok) return recordFailure(deps, poll, parsed.failure);
    const document = await withoutSecrets(parsed.feed, address, fetched.url);
    return processDocument(deps, withDocumentTitle(poll, document), {
      fetched,
      bodyHash,
      document,
      original: parsed.feed,
    });
  });
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
