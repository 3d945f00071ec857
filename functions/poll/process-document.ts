import { recordActivity } from '../shared/activity.ts';
import type { Log } from '../shared/events.ts';
import type { ItemsFound } from '../shared/messages.ts';
import type { Feed, Item, NotifyMode, PipelineConfig } from '../shared/model.ts';
import type { Queue } from '../shared/ports.ts';
import { type FeedState, isStorable } from '../shared/store/feed-states.ts';
import type { Items } from '../shared/store/items.ts';
import { withoutFailures } from './backoff.ts';
import type { CountWords } from './count-words.ts';
import { type Change, diff } from './diff/diff.ts';
import { historyOf } from './diff/history.ts';
import { type IdentifiedEntry, identify, newItemId, toItem } from './diff/identity.ts';
import { migratedIds } from './diff/migration.ts';
import { countRenames, isUnedited } from './diff/recognise.ts';
import { pack, type SeenEntry, unpack } from './diff/seen-set.ts';
import type { Poll } from './fetch/conditional-fetch.ts';
import type { Document, Failure } from './fetch/fetch.ts';
import type { FeedAddress } from './fetch/plain-address.ts';
import { firstPollMode, itemMessages } from './item-messages.ts';
import { hasSameValidators, hintsOf, latestItemAt, type StoredValidators, withMove } from './next-state.ts';
import type { FeedDocument } from './parser/parse.ts';
import { rubricsOf } from './parser/rubrics.ts';
import { packHours, recordHours, unpackHours } from './publishing-hours.ts';
import { afterPoll, afterPush, nextPushState } from './push/push-state.ts';
import {
  noticesOf,
  type PollOutcome,
  type RecordDeps,
  recordFailure,
  recordUnchanged,
} from './record-outcome.ts';

/** Documents processed at once. With this limit, a batch of 20 of the largest fits the function's memory. */
export const MAX_CONCURRENT_DOCUMENTS = 3;

export interface ProcessDeps extends RecordDeps {
  readonly log: Log;
  readonly config: Pick<PipelineConfig, 'firstPoll' | 'version'>;
  readonly items: Items;
  readonly itemsQueue: Queue<ItemsFound>;
  readonly countWords: CountWords;
  /** Set if hubs can call us. */
  readonly push?: unknown;
}

export interface ParsedDocument {
  readonly fetched: Document;
  readonly bodyHash: string;
  readonly document: FeedDocument;
  /** The document with its secrets. */
  readonly original: FeedDocument;
}

/** Processes a fetched document: sends and stores its new and edited items, and commits the feed's state. */
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
  const compared = diff(seen, entries, idIn(feed), context);
  const { shown } = compared;
  // The updates of a live page are one story, so they are told in the order in which they happened.
  const changes = document.live ? compared.changes.toSorted(byPublicationTime) : compared.changes;
  const lastItemAt = latestItemAt(state.lastItemAt, document);
  // A document cut at the size limit counts as complete, since the rest is never read.
  const isTruncated = document.truncated && fetched.cut !== 'limit';
  // With the validators of a truncated document, the missing part would look unchanged for ever.
  const validators: StoredValidators = isTruncated ? {} : { ...plainValidators(fetched, address), bodyHash };
  const subscription = deps.push ? nextPushState(state.push, document, fetched, address) : undefined;
  if (compared.isUnchanged && lastItemAt === state.lastItemAt && subscription === state.push) {
    // The rest of a live page changes all the time.
    if (document.live || hasSameValidators(poll, validators))
      return recordUnchanged(deps, poll, document.live?.coverageEnd);
  }

  const migrated = migratedIds(state, seen, { changes, shown });
  const history = historyOf(state, shown, now, deps.config.firstPoll);
  const isOld = (id: string) => migrated.has(id) || (!first && history.ids.has(id));
  const news = newsIn(changes, isOld);
  const after = due.push ? afterPush : afterPoll;
  const push = subscription && (news.length === 0 ? subscription : after(subscription, news, now));
  const renames = shown.length === 0 ? state.renames : countRenames(context, compared.isRenaming);
  const {
    etag: _etag,
    lastModified: _lastModified,
    bodyHash: _bodyHash,
    hints: _hints,
    gone: _gone,
    push: _push,
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
    seen: pack(compared.next),
    // An empty or truncated document says nothing about the number of entries before.
    shown: Math.max(shown.length, document.truncated || shown.length === 0 ? (state.shown ?? 0) : 0),
    ...(push ? { push } : {}),
    ...(document.live ? { live: { ...document.live, changedAt: now } } : {}),
    ...(history.appends && !first ? { appends: true as const } : {}),
    ...(renames ? { renames } : {}),
    ...(isTruncated && (first || inPart) ? { inPart: true } : {}),
    ...(lastItemAt ? { lastItemAt } : {}),
    ...activityAfter(state, news, now, first),
    ...hintsOf(document, fetched),
    ...(fetchResult.contradicted && changes.length > 0
      ? { distrusted: address.mark(fetchResult.address) }
      : {}),
  };
  return deliver(deps, poll, { document, changes, first, isOld, migrated: migrated.size, nextState });
}

/** So many new entries may be a feed's past under new names, which only the whole document can tell. */
const MAX_NEW_IN_PUSH = 4;

/**
 * Processes a document that a hub has pushed. It may show only some entries, so it says nothing about all others, and it has
 * no validators. Returns undefined if the feed must be fetched instead:
 *
 * - Hubs send again what failed, so an edit may be older than the text that we know.
 * - Only the whole document tells a renamed item from a second one with the same text, the late from the old, and an edit of
 *   a live article from another article at its address.
 */
export async function processPushedDocument(
  deps: ProcessDeps,
  poll: Poll,
  { document, original }: Pick<ParsedDocument, 'document' | 'original'>,
): Promise<PollOutcome | undefined> {
  const { feed, state } = poll;
  const { push, seen: packed, shown: shownBefore = 0, live, renames } = state;
  if (!push || !packed || renames !== undefined) return undefined;
  const now = deps.clock();
  const seen = unpack(packed);
  const { changes, shown, next, isRenaming } = diff(
    seen,
    identify(document.entries, original.entries),
    idIn(feed),
    { now, lastActivityAt: state.heardAt, part: { shown: shownBefore } },
  );
  if (isRenaming || changes.length > MAX_NEW_IN_PUSH) return undefined;
  if (changes.some((change) => isUnclear(change, seen, shownBefore))) return undefined;
  if (historyOf(state, shown, now, deps.config.firstPoll, true).ids.size > 0) return undefined;
  // A hub that repeats what polls have found does not show that it is faster.
  if (changes.length === 0) return { kind: 'unchanged' };
  const news = newsIn(changes, () => false);
  const lastItemAt = latestItemAt(state.lastItemAt, document);
  const nextState = {
    ...state,
    seen: pack(next),
    shown: shownBefore + changes.length,
    push: afterPush(push, news, now),
    ...(live ? { live: { ...live, changedAt: now } } : {}),
    ...(lastItemAt ? { lastItemAt } : {}),
    ...activityAfter(state, news, now, false),
  };
  const ordered = live ? changes.toSorted(byPublicationTime) : changes;
  const isOld = () => false;
  return deliver(deps, poll, { document, changes: ordered, first: false, isOld, migrated: 0, nextState });
}

/**
 * Returns whether only the whole document tells what a change in a part of it is: an edit, which may be an old one; an entry with
 * a known text, which may be renamed; an entry at the address of another without a guid; or an entry whose address may be that of
 * all entries, so that it does not identify it. `shown`: how many entries the whole document showed.
 */
function isUnclear(
  { change, entry }: Change<IdentifiedEntry>,
  seen: readonly SeenEntry[],
  shown: number,
): boolean {
  const { fingerprint, isPermalink } = entry;
  const { guid, url, title, date } = fingerprint;
  if (change === 'edited' || seen.some((known) => isUnedited(known, entry))) return true;
  if (url === undefined) return false;
  const atAddress = seen.filter((known) => known.fingerprint.url === url);
  if (atAddress.some((known) => guid === undefined || known.fingerprint.guid === undefined)) return true;
  if (guid !== undefined || isPermalink || (title !== undefined && date !== undefined)) return false;
  const last = seen.slice(0, shown);
  return last.filter((known) => known.fingerprint.url !== undefined).length <= last.length / 2;
}

const idIn =
  ({ id }: Feed) =>
  (entry: IdentifiedEntry, urlIdentifies: boolean) =>
    newItemId(id, entry, urlIdentifies);

/** Returns the date of each new entry that is news, ms; NaN for one without a date. */
function newsIn(
  changes: readonly Change<IdentifiedEntry>[],
  isOld: (id: string) => boolean,
): readonly number[] {
  return changes.filter(({ change, id }) => change === 'new' && !isOld(id)).map(timeOf);
}

/** `dates`: those of the news. */
function activityAfter(
  state: FeedState,
  dates: readonly number[],
  now: number,
  first: boolean,
): Partial<FeedState> {
  if (dates.length === 0) return {};
  const publishedAt = dates.map((date) => publicationTime(date, now));
  return {
    ...recordActivity(state, now),
    ...(first ? {} : { hours: packHours(recordHours(unpackHours(state.hours), publishedAt, now)) }),
  };
}

interface Changes {
  readonly document: FeedDocument;
  readonly changes: readonly Change<IdentifiedEntry>[];
  readonly first: boolean;
  /** Whether a new item is not news. */
  readonly isOld: (id: string) => boolean;
  /** The number of old items with new ids. */
  readonly migrated: number;
  readonly nextState: Omit<FeedState, 'version'>;
}

/**
 * Sends new and edited items to the items queue, then stores them, then commits the feed's state: see ADR 1 for this order.
 * A state that cannot be stored fails the poll before anything is sent, since every later poll would send the same again.
 */
async function deliver(
  deps: ProcessDeps,
  poll: Poll,
  { document, changes, first, isOld, migrated, nextState }: Changes,
): Promise<PollOutcome> {
  const { feed, state, due } = poll;
  const now = deps.clock();
  const rubricOf =
    changes.length > 0 ? rubricsOf(document.entries.map(({ title }) => title)) : () => undefined;
  const changed = changes.map(({ entry, change, id }) => {
    const rubric = rubricOf(entry.entry.title);
    const item = { ...toItem(id, feed.id, entry), ...(rubric === undefined ? {} : { rubric }) };
    const mode = notifyModeOf(state, item, first, now, deps.config.firstPoll);
    // Sent as `loudness`.
    return { item, change, loudness: isOld(id) ? ('silent' as const) : mode };
  });
  if (!isStorable(nextState)) return recordFailure(deps, poll, TOO_LARGE);

  const times = { tickAt: due.tickAt, polledAt: new Date(now).toISOString() };
  const revision = state.version + 1;
  await deps.itemsQueue.send(itemMessages(feed, { ...times, revision }, changed));
  // A push says nothing about the polls that fail.
  if (nextState.failures === 0)
    await deps.notices.send(await noticesOf(poll, times, { items: migrated, revision }));
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
function publicationTime(date: number, now: number): number {
  return date <= now && now - date < DAY_MS ? date : now;
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
