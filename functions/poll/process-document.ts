import { recordActivity } from '../shared/activity.ts';
import type { Log } from '../shared/events.ts';
import type { ItemsFound } from '../shared/messages.ts';
import type { Item, NotifyMode, PipelineConfig } from '../shared/model.ts';
import type { Queue } from '../shared/ports.ts';
import { type FeedState, isStorable } from '../shared/store/feed-states.ts';
import type { Items } from '../shared/store/items.ts';
import { withoutFailures } from './backoff.ts';
import type { CountWords } from './count-words.ts';
import { type Change, diff } from './diff/diff.ts';
import { historyOf } from './diff/history.ts';
import { type IdentifiedEntry, identify, newItemId, toItem } from './diff/identity.ts';
import { migratedIds } from './diff/migration.ts';
import { countRenames } from './diff/recognise.ts';
import { pack, unpack } from './diff/seen-set.ts';
import type { Poll } from './fetch/conditional-fetch.ts';
import type { Document, Failure } from './fetch/fetch.ts';
import type { FeedAddress } from './fetch/plain-address.ts';
import { firstPollMode, itemMessages } from './item-messages.ts';
import { hasSameValidators, hintsOf, latestItemAt, type StoredValidators, withMove } from './next-state.ts';
import type { FeedDocument } from './parser/parse.ts';
import { rubricsOf } from './parser/rubrics.ts';
import { packHours, recordHours, unpackHours } from './publishing-hours.ts';
import {
  noticesOf,
  type PollOutcome,
  type RecordDeps,
  recordFailure,
  recordUnchanged,
} from './record-outcome.ts';

export interface ProcessDeps extends RecordDeps {
  readonly log: Log;
  readonly config: Pick<PipelineConfig, 'firstPoll' | 'version'>;
  readonly items: Items;
  readonly itemsQueue: Queue<ItemsFound>;
  readonly countWords: CountWords;
}

export interface ParsedDocument {
  readonly fetched: Document;
  readonly bodyHash: string;
  readonly document: FeedDocument;
  /** The document with its secrets. */
  readonly original: FeedDocument;
}

/**
 * Sends new and edited items to the items queue, then stores them, then commits the feed's state: see ADR 1 for this order.
 * A state that cannot be stored fails the poll before anything is sent, since every later poll would send the same again.
 */
export async function processDocument(
  deps: ProcessDeps,
  poll: Poll,
  { fetched, bodyHash, document, original }: ParsedDocument,
): Promise<PollOutcome> {
  const { feed, address, state, fetchResult, due } = poll;
  const now = deps.clock();
  const seen = state.seen ? unpack(state.seen) : [];
  // A first document without items does not count as the first poll: the next document could contain the feed's whole past.
  const first = seen.length === 0;
  const entries = identify(document.entries, original.entries);
  const context = { now, lastActivityAt: state.heardAt, renames: state.renames };
  const {
    changes: unordered,
    shown,
    next,
    isUnchanged,
    isRenaming,
  } = diff(seen, entries, (entry, urlIdentifies) => newItemId(feed.id, entry, urlIdentifies), context);
  // The updates of a live page are one story, so they are told in the order in which they happened.
  const changes = document.live ? unordered.toSorted(byPublicationTime) : unordered;
  const lastItemAt = latestItemAt(state.lastItemAt, document);
  // A document cut at the size limit counts as complete, since the rest is never read.
  const isTruncated = document.truncated && fetched.cut !== 'limit';
  // With the validators of a truncated document, the missing part would look unchanged for ever.
  const validators: StoredValidators = isTruncated ? {} : { ...plainValidators(fetched, address), bodyHash };
  if (isUnchanged && lastItemAt === state.lastItemAt) {
    // The rest of a live page changes all the time.
    if (document.live || hasSameValidators(poll, validators))
      return recordUnchanged(deps, poll, document.live?.coverageEnd);
  }

  const migrated = migratedIds(state, seen, { changes, shown });
  const history = historyOf(state, shown, now, deps.config.firstPoll);
  const isOld = (id: string) => migrated.has(id) || (!first && history.ids.has(id));
  const rubricOf =
    changes.length > 0 ? rubricsOf(document.entries.map(({ title }) => title)) : () => undefined;
  const changed = changes.map(({ entry, change, id }: Change<IdentifiedEntry>) => {
    const rubric = rubricOf(entry.entry.title);
    const item = { ...toItem(id, feed.id, entry), ...(rubric === undefined ? {} : { rubric }) };
    const mode = notifyModeOf(state, item, first, now, deps.config.firstPoll);
    // Sent as `loudness`.
    return { item, change, loudness: isOld(id) ? ('silent' as const) : mode };
  });

  const news = changes.filter(({ change, id }) => change === 'new' && !isOld(id));
  const publishedAt = news.map(({ entry }) => publicationTime(entry.entry.published, now));
  const renames = shown.length === 0 ? state.renames : countRenames(context, isRenaming);
  const {
    etag: _etag,
    lastModified: _lastModified,
    bodyHash: _bodyHash,
    hints: _hints,
    gone: _gone,
    live: _live,
    ended: _ended,
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
    // An empty or truncated document says nothing about the number of entries before.
    shown: Math.max(shown.length, document.truncated || shown.length === 0 ? (state.shown ?? 0) : 0),
    ...(document.live ? { live: { ...document.live, changedAt: now } } : {}),
    ...(history.appends && !first ? { appends: true as const } : {}),
    ...(renames ? { renames } : {}),
    ...(isTruncated && (first || inPart) ? { inPart: true } : {}),
    ...(lastItemAt ? { lastItemAt } : {}),
    ...(news.length > 0 ? recordActivity(state, now) : {}),
    ...(news.length > 0 && !first
      ? { hours: packHours(recordHours(unpackHours(state.hours), publishedAt, now)) }
      : {}),
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

const DAY_MS = 86_400_000;

function byPublicationTime(a: Change<IdentifiedEntry>, b: Change<IdentifiedEntry>): number {
  return timeOf(a) - timeOf(b) || 0;
}

/** In ms; NaN without a date. */
const timeOf = ({ entry }: Change<IdentifiedEntry>): number => Date.parse(entry.entry.published ?? '');

/** Returns when an item was published, ms. Without a date of the last day, that is now. */
function publicationTime(published: string | undefined, now: number): number {
  const time = Date.parse(published ?? '');
  return time <= now && now - time < DAY_MS ? time : now;
}

/** Drops validators that contain a secret, since they would be stored. */
function plainValidators({ etag, lastModified }: StoredValidators, own: FeedAddress): StoredValidators {
  const isPlain = (text: string | undefined) => text !== undefined && own.redact(text) === text;
  return { ...(isPlain(etag) ? { etag } : {}), ...(isPlain(lastModified) ? { lastModified } : {}) };
}

const TOO_LARGE: Failure = {
  kind: 'too-large',
  detail:
    'the state of its entries is too large to store; use a feed with fewer entries or a shorter address',
};

/** Counts the words of new items. A failure is only logged: the poll is done, and nothing depends on the counts. */
async function countNewWords({ countWords, log }: ProcessDeps, changed: ItemsFound['items']): Promise<void> {
  const items = changed.flatMap(({ item, change }) => (change === 'new' ? [item] : []));
  await countWords(items).catch((error: unknown) => log.warn('words-not-counted', { error: String(error) }));
}

/**
 * If every document of a feed is truncated, the feed gets no more welcome digests after this many commits, because welcome
 * digests have no caps.
 */
const MAX_TRUNCATED_COMMITS = 5;

/** Old items that were missing because the first documents were truncated count as part of the first poll. */
function notifyModeOf(
  { inPart, version, heardAt = 0 }: FeedState,
  item: Item,
  first: boolean,
  now: number,
  firstPollMs: number,
): NotifyMode {
  const { published } = item;
  const wasMissing = inPart === true && published !== undefined && Date.parse(published) < heardAt;
  if (!first && !wasMissing) return 'alert';
  const mode = firstPollMode(item, now, firstPollMs);
  return !first && version > MAX_TRUNCATED_COMMITS && mode === 'welcome' ? 'alert' : mode;
}
