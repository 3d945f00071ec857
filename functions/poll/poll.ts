import { isSilent, recordActivity } from '../shared/activity.ts';
import type {
  Clock,
  Feed,
  FeedDue,
  Item,
  ItemsFound,
  Notice,
  NotifyMode,
  PipelineConfig,
} from '../shared/model.ts';
import { isDue } from '../shared/poll-schedule.ts';
import type { Log, Metrics, Queue, QueueMessage } from '../shared/ports.ts';
import type { Secrets } from '../shared/secrets.ts';
import { escapeReferences } from '../shared/secrets.ts';
import { type FeedState, type FeedStates, isStorable } from '../shared/store/feed-states.ts';
import type { Items } from '../shared/store/items.ts';
import { afterFailure, isHeldBack, withFailuresOf, withoutFailures } from './backoff.ts';
import type { CountWords } from './count-words.ts';
import { type Change, diff } from './diff/diff.ts';
import { historyOf } from './diff/history.ts';
import { type IdentifiedEntry, identify, newItemId, toItem } from './diff/identity.ts';
import { migratedIds } from './diff/migration.ts';
import { countRenames } from './diff/recognise.ts';
import { pack, unpack } from './diff/seen-set.ts';
import { withDocumentTitle, withTitle } from './feed-title.ts';
import { bodyHashOf, fetchConditionally, type Poll } from './fetch/conditional-fetch.ts';
import { feedAddress } from './fetch/feed-address.ts';
import type { Failure, Fetch, FetchResult } from './fetch/fetch.ts';
import { type FeedAddress, plainAddress } from './fetch/plain-address.ts';
import { intervalDoublings } from './interval.ts';
import { firstPollMode, itemMessages } from './item-messages.ts';
import {
  hasSameValidators,
  hintsOf,
  latestItemAt,
  movedTo,
  type StoredValidators,
  withMove,
  withoutLongMove,
} from './next-state.ts';
import { type FeedDocument, parseFeed } from './parser/parse.ts';
import { rubricsOf } from './parser/rubrics.ts';

export interface PollDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: PipelineConfig;
  readonly fetch: Fetch;
  /** The values of the names in addresses of feeds. */
  readonly secrets: Secrets;
  readonly feedStates: FeedStates;
  readonly items: Items;
  readonly itemsQueue: Queue<ItemsFound>;
  readonly notices: Queue<Notice>;
  readonly countWords: CountWords;
  /** Documents are worked on a few at a time: what is made of one takes many times its room. */
  readonly limitDocuments: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/**
 * What came of a poll. A bad feed is an outcome; only bugs and our own services' failures throw. `title`: of a feed
 * without one in the file, what its document is called.
 */
export type PollOutcome = Outcome & { readonly title?: string };

type Outcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'changed'; readonly new: number; readonly edited: number; readonly first: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly failures: number }
  /** Not asked: it or its host is told to wait, or it brings news too seldom to be asked at every turn. */
  | { readonly kind: 'waiting' | 'resting' }
  /** Not fetched: its server has said that it is gone for good, or it is not in the configuration. */
  | { readonly kind: 'stopped' | 'unconfigured' }
  /** Another poll of the feed committed first; all that this one found was found by it, or will be again. */
  | { readonly kind: 'superseded' };

const LEVELS: Partial<Record<PollOutcome['kind'], keyof Log>> = {
  failed: 'warn',
  unchanged: 'debug',
  resting: 'debug',
  stopped: 'debug',
};

export async function poll(deps: PollDeps, due: FeedDue): Promise<PollOutcome> {
  const { feedId } = due;
  const feed = deps.config.feeds.find(({ id, enabled }) => id === feedId && enabled);
  const outcome: PollOutcome = feed ? await pollFeed(deps, feed, due) : { kind: 'unconfigured' };
  deps.metrics.add('FeedsDue', 1);
  if (outcome.kind === 'changed') deps.metrics.add('ItemsFound', outcome.new + outcome.edited);
  deps.log[LEVELS[outcome.kind] ?? 'info']('poll', {
    feedId,
    outcome: outcome.kind,
    ...(outcome.kind === 'changed' ? { new: outcome.new, edited: outcome.edited, first: outcome.first } : {}),
    ...(outcome.kind === 'failed' ? { ...outcome.failure, failures: outcome.failures } : {}),
    ...(outcome.title === undefined ? {} : { title: outcome.title }),
  });
  return outcome;
}

async function pollFeed(deps: PollDeps, feed: Feed, due: FeedDue): Promise<PollOutcome> {
  const found = await feedAddress(feed, deps.secrets);
  const own = 'detail' in found ? plainAddress(feed.url) : found;
  const state = withFailuresOf(own, withoutLongMove(await stateOf(deps, feed, own)));
  const named = withTitle(feed, state);
  const outcome = await pollFrom(deps, { feed: named, address: own, state, due }, found);
  deps.metrics.add('Silent', isSilent(state, deps.clock()) ? 1 : 0);
  // One that fails is often left out at its turns.
  const fails = outcome.kind === 'failed' || (outcome.kind === 'waiting' && state.failures > 0);
  deps.metrics.add('FeedsFailing', fails ? 1 : 0);
  return feed === named ? outcome : { title: named.title, ...outcome };
}

/** The feed's state; what earlier releases kept under an id that had its query in it comes under its id of now. */
async function stateOf({ feedStates }: PollDeps, { id, url }: Feed, own: FeedAddress): Promise<FeedState> {
  const state = await feedStates.get(id);
  if (state.seen || state.gone) return state;
  const { earlierIds } = await import('#secret-address');
  for (const earlierId of earlierIds(id, url, own.url)) {
    const found = await feedStates.get(earlierId);
    const addresses = [found.url, found.moved?.from, found.failingAt, found.gone];
    if (!addresses.some((address) => own.isMarked(address))) continue;
    const version = Math.max(found.version, state.version);
    return { ...found, version, earlier: { id: earlierId, version: state.version } };
  }
  return state;
}

async function pollFrom(
  deps: PollDeps,
  start: Omit<Poll, 'fetchResult'>,
  address: FeedAddress | Failure,
): Promise<PollOutcome> {
  const { feed, address: own, state, due } = start;
  if (own.isMarked(state.gone)) return { kind: 'stopped' };
  const now = deps.clock();
  if (isHeldBack(state, now)) return { kind: 'waiting' };
  if (!isScheduled(feed, state, due, now)) return { kind: 'resting' };

  if ('detail' in address) {
    const fetched = { kind: 'failed', failure: address } as const;
    return recordFailure(
      deps,
      { ...start, fetchResult: { address: own.url, fetched, contradicted: false } },
      address,
    );
  }
  const fetchResult = await fetchConditionally(deps, start);
  const { fetched } = fetchResult;
  const poll: Poll = { ...start, fetchResult };
  if (fetched.kind === 'postponed') return { kind: 'waiting' };
  if (fetched.kind === 'failed') return recordFailure(deps, poll, fetched.failure);
  if (fetched.kind === 'unchanged') return unchanged(deps, poll);
  const bodyHash = bodyHashOf(fetched);
  if (bodyHash === state.bodyHash) return unchanged(deps, poll);

  return deps.limitDocuments(async () => {
    const parsed = await parseFeed(fetched.bytes, {
      url: fetched.url,
      contentType: fetched.contentType,
      cut: fetched.cut,
      now: deps.clock(),
    });
    if (!parsed.ok) return recordFailure(deps, poll, parsed.failure);
    const document = await withoutSecrets(parsed.feed, own, fetched.url);
    return processDocument(deps, withDocumentTitle(poll, document), {
      fetched,
      bodyHash,
      document,
      original: parsed.feed,
    });
  });
}

/** Neither of the feed's address, nor of the one that it was found at in the end. */
async function withoutSecrets(document: FeedDocument, own: FeedAddress, url: string): Promise<FeedDocument> {
  const clean = own.redactDocument(document);
  if (url === own.url) return clean;
  const end = await feedAddress({ url: escapeReferences(url) }, { get: async () => ({ fault: '' }) });
  return 'detail' in end ? clean : end.redactDocument(clean);
}

/** A feed that brings news seldom is not asked at every turn. */
function isScheduled(feed: Feed, state: FeedState, { since, tickAt }: FeedDue, now: number): boolean {
  if (since === undefined) return true;
  return isDue(feed, Date.parse(since), Date.parse(tickAt), intervalDoublings(feed, state, now));
}

interface ParsedDocument {
  readonly fetched: FetchResult & { kind: 'document' };
  readonly bodyHash: string;
  readonly document: FeedDocument;
  /** With the secrets that were taken out of it. */
  readonly original: FeedDocument;
}

/**
 * Sends what is new to the items queue, then stores it, then commits the feed's state: in this order, see ADR 1. A state that
 * cannot be stored fails before anything is sent: else every later poll would send the same again.
 */
async function processDocument(
  deps: PollDeps,
  poll: Poll,
  { fetched, bodyHash, document, original }: ParsedDocument,
): Promise<PollOutcome> {
  const { feed, address, state, fetchResult, due } = poll;
  const now = deps.clock();
  const seen = state.seen ? unpack(state.seen) : [];
  // A first answer without items is no first poll yet: the second could be all of a feed's past.
  const first = seen.length === 0;
  const entries = identify(document.entries, original.entries);
  const habits = { now, heardAt: state.heardAt, renames: state.renames };
  const { changes, shown, next, isUnchanged, isRenaming } = diff(
    seen,
    entries,
    (entry, urlIsName) => newItemId(feed.id, entry, urlIsName),
    habits,
  );
  const lastItemAt = latestItemAt(state.lastItemAt, document);
  // What is beyond the limit is never read.
  const brokeOff = document.truncated && fetched.cut !== 'limit';
  // With the validators of a document that broke off, what is missing would look unchanged for ever.
  const validators: StoredValidators = brokeOff ? {} : { ...plainValidators(fetched, address), bodyHash };
  if (isUnchanged && lastItemAt === state.lastItemAt && hasSameValidators(poll, validators))
    return unchanged(deps, poll);

  const migrated = migratedIds(state, seen, { changes, shown });
  const history = historyOf(state, shown, now, deps.config.firstPoll);
  const isOld = (id: string) => migrated.has(id) || (!first && history.ids.has(id));
  const rubricOf = rubricsOf(document.entries.map(({ title }) => title));
  const changed = changes.map(({ entry, change, id }: Change<IdentifiedEntry>) => {
    const rubric = rubricOf(entry.entry.title);
    const item = { ...toItem(id, feed.id, entry), ...(rubric === undefined ? {} : { rubric }) };
    const usual = notifyModeOf(state, item, first, now, deps.config.firstPoll);
    return { item, change, loudness: isOld(id) ? ('silent' as const) : usual };
  });

  const isNews = changes.some(({ change, id }) => change === 'new' && !isOld(id));
  const renames = shown.length === 0 ? state.renames : countRenames(habits, isRenaming);
  const {
    etag: _etag,
    lastModified: _lastModified,
    bodyHash: _bodyHash,
    hints: _hints,
    gone: _gone,
    appends: _appends,
    renames: _renames,
    inPart,
    ...kept
  } = withoutFailures(withMove(poll));
  const nextState = {
    ...kept,
    ...(validators.etag ? { etag: validators.etag } : {}),
    ...(validators.lastModified ? { lastModified: validators.lastModified } : {}),
    ...(validators.bodyHash ? { bodyHash: validators.bodyHash } : {}),
    seen: pack(next),
    // One that is empty or breaks off leaves the order of those before as it was.
    shown: Math.max(shown.length, document.truncated || shown.length === 0 ? (state.shown ?? 0) : 0),
    ...(history.appends && !first ? { appends: true as const } : {}),
    ...(renames ? { renames } : {}),
    ...(brokeOff && (first || inPart) ? { inPart: true } : {}),
    ...(lastItemAt ? { lastItemAt } : {}),
    ...(isNews ? recordActivity(state, now) : {}),
    ...hintsOf(document, fetched),
    ...(fetchResult.contradicted && changes.length > 0
      ? { distrusted: address.mark(fetchResult.address) }
      : {}),
  };
  if (!isStorable(nextState)) return recordFailure(deps, poll, TOO_LARGE);

  const times = { tickAt: due.tickAt, polledAt: new Date(now).toISOString() };
  const revision = state.version + 1;
  await deps.itemsQueue.send(itemMessages(feed, { ...times, revision }, changed));
  await deps.notices.send(await noticesOf(poll, times, { items: migrated.size, revision }));
  await deps.items.putAll(
    changed.map(({ item }) => item),
    now,
  );
  const committed = await deps.feedStates.commit(feed.id, state, nextState);
  if (!committed) return { kind: 'superseded' };
  await countNewWords(deps, changed);
  if (changes.length === 0) return { kind: 'unchanged' };
  const count = (kind: 'new' | 'edited') => changes.filter(({ change }) => change === kind).length;
  const title = feed.untitled ? { title: feed.title } : {};
  return { kind: 'changed', new: count('new'), edited: count('edited'), first, ...title };
}

/** Without those that repeat a secret: they would be stored. */
function plainValidators({ etag, lastModified }: StoredValidators, own: FeedAddress): StoredValidators {
  const isPlain = (text: string | undefined) => text !== undefined && own.redact(text) === text;
  return { ...(isPlain(etag) ? { etag } : {}), ...(isPlain(lastModified) ? { lastModified } : {}) };
}

const TOO_LARGE: Failure = {
  kind: 'too-large',
  detail:
    'what must be remembered of its entries is more than a record holds; look for a feed with fewer entries or a shorter address',
};

/** Last, and whatever comes of it: the poll has done its work, and nothing depends on the counts. */
async function countNewWords({ countWords, log }: PollDeps, changed: ItemsFound['items']): Promise<void> {
  const fresh = changed.flatMap(({ item, change }) => (change === 'new' ? [item] : []));
  await countWords(fresh).catch((error: unknown) => log.warn('words-not-counted', { error: String(error) }));
}

/** Commits of a feed that only ever breaks off, after which it gets no more welcomes: these have no caps. */
const MAX_TRUNCATED_COMMITS = 5;

/** What is old and was not seen because the first documents broke off is part of what the feed held already. */
function notifyModeOf(
  { inPart, version, heardAt = 0 }: FeedState,
  item: Item,
  first: boolean,
  now: number,
  window: number,
): NotifyMode {
  const { published } = item;
  const wasMissing = inPart === true && published !== undefined && Date.parse(published) < heardAt;
  if (!first && !wasMissing) return 'alert';
  const loudness = firstPollMode(item, now, window);
  return !first && version > MAX_TRUNCATED_COMMITS && loudness === 'welcome' ? 'alert' : loudness;
}

/** Returns the notices of a successful poll. `migrated`: how many old items have new names. */
async function noticesOf(
  { feed, address, state, fetchResult }: Poll,
  times: Times,
  migrated = { items: 0, revision: 0 },
): Promise<QueueMessage<Notice>[]> {
  const to = movedTo(fetchResult);
  const shown = to === undefined || to === address.url ? undefined : address.forDisplay(to);
  const known = state.moved && address.forDisplay(address.fromStored(state.moved.to) ?? state.moved.to);
  const isNew = shown !== undefined && shown !== known;
  if (state.failures === 0 && !isNew && migrated.items === 0) return [];
  const { notices } = await import('#rarely-needed');
  return [
    ...notices.recovered(feed, state, times),
    ...(isNew ? notices.moved(feed, shown, times) : []),
    ...(migrated.items > 0 ? notices.migrated(feed, migrated, times) : []),
  ];
}

type Times = Pick<Notice, 'tickAt' | 'polledAt'>;

function timesOf(deps: PollDeps, { due: { tickAt } }: Poll): Times {
  return { tickAt, polledAt: new Date(deps.clock()).toISOString() };
}

/** An unchanged feed writes nothing, unless it has just recovered or moved, or is known by an earlier id. */
async function unchanged(deps: PollDeps, poll: Poll): Promise<PollOutcome> {
  const { feed, state, fetchResult } = poll;
  const hasMoved = movedTo(fetchResult) !== undefined;
  if (state.failures === 0 && !hasMoved && state.earlier === undefined) return { kind: 'unchanged' };
  await deps.notices.send(await noticesOf(poll, timesOf(deps, poll)));
  const next = withoutFailures(hasMoved ? withMove(poll) : state);
  const committed = await deps.feedStates.commit(feed.id, state, next);
  return { kind: committed ? 'unchanged' : 'superseded' };
}

async function recordFailure(deps: PollDeps, poll: Poll, found: Failure): Promise<PollOutcome> {
  const { feed, address, state, fetchResult } = poll;
  const failure = { ...found, detail: address.forDisplay(found.detail) };
  const isGone = failure.kind === 'gone' && fetchResult.address === address.url;
  const failed = afterFailure(feed, address, state, failure, deps.clock());
  const times = timesOf(deps, poll);
  const { notices } = await import('#rarely-needed');
  const telling = isGone ? notices.stopped(feed, times) : notices.failing(feed, state, failed, times);
  await deps.notices.send(telling);
  const next = isGone ? { ...failed, gone: address.mark() } : failed;
  const committed = await deps.feedStates.commit(feed.id, state, next);
  return committed ? { kind: 'failed', failure, failures: failed.failures } : { kind: 'superseded' };
}
