import { hash64 } from '../shared/hash.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Clock, Feed, FeedDue, Item, ItemsFound, Loudness, PipelineConfig } from '../shared/model.ts';
import type { Queue } from '../shared/queue.ts';
import { heard, isSilent } from '../shared/silence.ts';
import { type FeedState, type FeedStates, UNSEEN } from '../shared/store/feed-states.ts';
import type { Items } from '../shared/store/items.ts';
import type { Failure, Fetch, Fetched } from './fetch.ts';
import { type Identified, identify, newItemId, toItem } from './identity.ts';
import { type FeedDocument, parseFeed } from './parse.ts';
import { type Change, diff, pack, unpack } from './seen.ts';

export interface PollDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly fetch: Fetch;
  readonly feedStates: FeedStates;
  readonly items: Items;
  readonly found: Queue<ItemsFound>;
  /** Documents are worked on a few at a time: what is made of one takes many times its room. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** What came of a poll. A bad feed is an outcome; only bugs and our own services' failures throw. */
export type PollOutcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly new: number; readonly edited: number; readonly first: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly failures: number }
  /** Not asked: it is told to wait, or no longer in the configuration. */
  | { readonly kind: 'waiting' | 'gone' }
  /** Another poll of the feed committed first; all that this one found was found by it, or will be again. */
  | { readonly kind: 'superseded' };

const LEVELS: Partial<Record<PollOutcome['kind'], keyof Log>> = { failed: 'warn', unchanged: 'debug' };

export async function poll(deps: PollDeps, { feedId, tickAt }: FeedDue): Promise<PollOutcome> {
  const feed = deps.config.feeds.find(({ id, enabled }) => id === feedId && enabled);
  const outcome: PollOutcome = feed ? await pollFeed(deps, feed, tickAt) : { kind: 'gone' };
  count(deps, outcome);
  deps.log[LEVELS[outcome.kind] ?? 'info']('poll', {
    feedId,
    outcome: outcome.kind,
    ...(outcome.kind === 'changed' ? { new: outcome.new, edited: outcome.edited, first: outcome.first } : {}),
    ...(outcome.kind === 'failed' ? { ...outcome.failure, failures: outcome.failures } : {}),
  });
  return outcome;
}

function count({ metrics }: PollDeps, outcome: PollOutcome): void {
  metrics.add('FeedsDue', 1);
  // One that fails is often left out at its turns.
  metrics.add('FeedsFailing', outcome.kind === 'failed' || outcome.kind === 'waiting' ? 1 : 0);
  if (outcome.kind === 'changed') metrics.add('ItemsFound', outcome.new + outcome.edited);
}

async function pollFeed(deps: PollDeps, feed: Feed, tickAt: string): Promise<PollOutcome> {
  const state = await deps.feedStates.get(feed.id);
  deps.metrics.add('Silent', isSilent(state, deps.clock()) ? 1 : 0);
  const wait = (state.notBefore ?? 0) - deps.clock();
  // A longer one was noted under a clock that has been set back since.
  if (wait > 0 && wait <= LONGEST_RETRY_AFTER_MS) return { kind: 'waiting' };

  const { etag, lastModified } = state.url === feed.url ? state : UNSEEN;
  const fetched = await deps.fetch({
    url: feed.url,
    ...(etag ? { etag } : {}),
    ...(lastModified ? { lastModified } : {}),
  });
  if (fetched.kind === 'failed') return fail(deps, feed, state, fetched.failure);
  if (fetched.kind === 'unchanged') return unchanged(deps, feed, state);
  const bodyHash = hash64(Buffer.from(fetched.bytes).toString('latin1'));
  if (bodyHash === state.bodyHash) return unchanged(deps, feed, state);

  return deps.inTurn(async () => {
    const parsed = await parseFeed(fetched.bytes, {
      url: fetched.url,
      contentType: fetched.contentType,
      now: deps.clock(),
    });
    if (!parsed.ok) return fail(deps, feed, state, parsed.failure);
    return take(deps, feed, state, { fetched, bodyHash, document: parsed.feed, tickAt });
  });
}

interface Reading {
  readonly fetched: Fetched & { kind: 'document' };
  readonly bodyHash: string;
  readonly document: FeedDocument;
  readonly tickAt: string;
}

const BROKEN_OFF: Failure = { kind: 'malformed', detail: 'a feed that breaks off before its end' };

/** Sends what is new to the items queue, then stores it, then commits the feed's state: in this order, see ADR 1. */
async function take(
  deps: PollDeps,
  feed: Feed,
  state: FeedState,
  { fetched, bodyHash, document, tickAt }: Reading,
): Promise<PollOutcome> {
  const now = deps.clock();
  const seen = state.seen ? unpack(state.seen) : [];
  // A first answer without items is no first poll yet: the second could be all of a feed's past.
  const first = seen.length === 0;
  // All of the past that is missing would be news at the next poll.
  if (first && document.partial) return fail(deps, feed, state, BROKEN_OFF);
  const { changes, next, same } = diff(seen, identify(document.entries), (entry, urlIsName) =>
    newItemId(feed.id, entry, urlIsName),
  );
  const lastItemAt = latest(state.lastItemAt, document);
  // With the validators of a document that broke off, what is missing would look unchanged for ever.
  const validators: Validators = document.partial ? {} : { ...fetched, bodyHash };
  if (same && lastItemAt === state.lastItemAt && hasValidators(state, feed, validators)) {
    return unchanged(deps, feed, state);
  }
  const changed = changes.map(({ entry, change, id }: Change<Identified>) => {
    const item = toItem(id, feed.id, entry);
    return {
      item,
      change,
      loudness: first ? firstLoudness(item, now, deps.config.firstPoll) : ('alert' as const),
    };
  });

  const polledAt = new Date(now).toISOString();
  await deps.found.send(messages(feed, { tickAt, polledAt, revision: state.version + 1 }, changed));
  await deps.items.putAll(
    changed.map(({ item }) => item),
    now,
  );
  const isNews = changes.some(({ change }) => change === 'new');
  const committed = await deps.feedStates.commit(feed.id, state, {
    url: feed.url,
    ...(validators.etag ? { etag: validators.etag } : {}),
    ...(validators.lastModified ? { lastModified: validators.lastModified } : {}),
    ...(validators.bodyHash ? { bodyHash: validators.bodyHash } : {}),
    seen: pack(next),
    ...(lastItemAt ? { lastItemAt } : {}),
    ...(isNews ? heard(state, now) : { heardAt: state.heardAt, usualGap: state.usualGap }),
    failures: 0,
  });
  if (!committed) return { kind: 'superseded' };
  if (changes.length === 0) return { kind: 'unchanged' };
  const count = (kind: 'new' | 'edited') => changes.filter(({ change }) => change === kind).length;
  return { kind: 'changed', new: count('new'), edited: count('edited'), first };
}

/** The first poll of a feed never floods: what it holds already is told in one welcome digest, or not at all. */
function firstLoudness({ published }: Item, now: number, window: number): Loudness {
  if (published === undefined) return 'welcome';
  return Date.parse(published) >= now - window ? 'welcome' : 'silent';
}

/** Well below SQS's 1 MiB, so that a batch of ten messages is rarely split. */
const MESSAGE_BYTES = 100_000;

function messages(
  feed: Feed,
  found: Pick<ItemsFound, 'tickAt' | 'polledAt' | 'revision'>,
  items: ItemsFound['items'],
) {
  const chunks: ItemsFound['items'][number][][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item));
    if (chunks.length === 0 || bytes + size > MESSAGE_BYTES) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(item);
    bytes += size;
  }
  return chunks.map((chunk) => ({
    body: {
      v: 2 as const,
      ...found,
      feed: { id: feed.id, title: feed.title },
      items: chunk,
    },
  }));
}

function latest(before: string | undefined, { entries }: FeedDocument): string | undefined {
  return entries.reduce(
    (last, { published }) => (published !== undefined && published > (last ?? '') ? published : last),
    before,
  );
}

interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
  readonly bodyHash?: string;
}

/** The next poll would ask with the same validators, whether or not those of this one were kept. */
function hasValidators(state: FeedState, feed: Feed, { etag, lastModified }: Validators): boolean {
  return state.url === feed.url && state.etag === etag && state.lastModified === lastModified;
}

/** An unchanged feed writes nothing, unless it has just recovered. */
async function unchanged({ feedStates }: PollDeps, feed: Feed, state: FeedState): Promise<PollOutcome> {
  if (state.failures === 0) return { kind: 'unchanged' };
  const { lastFailure: _lastFailure, notBefore: _notBefore, ...kept } = state;
  const committed = await feedStates.commit(feed.id, state, { ...kept, failures: 0 });
  return { kind: committed ? 'unchanged' : 'superseded' };
}

const LONGEST_WAIT_MS = 6 * 3_600_000;
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/** How long a feed with this many failed polls in a row is left alone at least, ms. */
export function backOff(every: number, failures: number): number {
  // The first failure waits for the feed's next turn anyway.
  return failures <= 1 ? 0 : Math.min(every * 2 ** Math.min(failures - 1, 20), LONGEST_WAIT_MS);
}

/** A failure touches neither validators nor seen set; the feed is asked ever less often until it recovers. */
async function fail(deps: PollDeps, feed: Feed, state: FeedState, failure: Failure): Promise<PollOutcome> {
  const now = deps.clock();
  const failures = state.failures + 1;
  const asked = Math.min((failure.retryAt ?? now) - now, LONGEST_RETRY_AFTER_MS);
  const committed = await deps.feedStates.commit(feed.id, state, {
    ...state,
    failures,
    lastFailure: `${failure.kind}: ${failure.detail}`,
    notBefore: now + Math.max(asked, backOff(feed.every, failures)),
  });
  return committed ? { kind: 'failed', failure, failures } : { kind: 'superseded' };
}
