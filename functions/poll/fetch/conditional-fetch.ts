import { hashBytes } from '../../shared/hash.ts';
import type { FeedDue } from '../../shared/messages.ts';
import type { Clock, Feed, PipelineConfig } from '../../shared/model.ts';
import { isDue } from '../../shared/poll-schedule.ts';
import type { FeedState } from '../../shared/store/feed-states.ts';
import { dailyDoublings } from '../interval.ts';
import type { Fetch, FetchRequest, FetchResult } from './fetch.ts';
import type { FeedAddress } from './plain-address.ts';

/** One poll of a feed, with the state that it started from. */
export interface Poll {
  readonly feed: Feed;
  readonly address: FeedAddress;
  readonly state: FeedState;
  readonly fetchResult: ConditionalFetchResult;
  readonly due: FeedDue;
}

export interface ConditionalFetchResult {
  /** The requested address: the feed's own, or the one that it has moved to. */
  readonly address: string;
  readonly fetched: FetchResult;
  /** The server answered a conditional request with 304 although the document has changed. */
  readonly contradicted: boolean;
}

export interface FetchDeps {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly config: Pick<PipelineConfig, 'userAgent'>;
}

/** If a server is slower, the probe is left for the next day: up to three requests must fit the time of a poll. */
const MAX_PROBE_MS = 10_000;

/**
 * Fetches a feed, conditionally if the state has validators. After a 304, once a day, fetches the whole document as well: some
 * servers keep answering 304 to a changed document, and their news would be missed for ever.
 */
export async function fetchConditionally(
  { fetch, clock, config }: FetchDeps,
  { feed, address: own, state, due }: Omit<Poll, 'fetchResult'>,
): Promise<ConditionalFetchResult> {
  const address = currentAddress(own, state);
  const validators = validatorsOf(own, state, address);
  const startedAt = clock();
  const hasTime = () => clock() - startedAt < MAX_PROBE_MS;
  const unconditional = {
    url: address,
    ...(address === own.url ? {} : { feedUrl: own.url }),
    userAgent: feed.userAgent ?? config.userAgent,
  };
  const fetched = await fetch({ ...unconditional, ...validators });
  const result = { address, fetched, contradicted: false };
  if (fetched.kind !== 'unchanged' || !isProbeDue(feed, due) || !hasTime()) return result;

  const document = await fetch(unconditional);
  if (document.kind !== 'document' || bodyHashOf(document) === state.bodyHash || !hasTime()) return result;
  // The third request tells a false 304 from an entry that was published between the first two requests.
  const again = await fetch({ ...unconditional, ...validators });
  return { address, fetched: document, contradicted: again.kind === 'unchanged' };
}

export function bodyHashOf({ bytes }: FetchResult & { readonly kind: 'document' }): string {
  return hashBytes(bytes);
}

function currentAddress(own: FeedAddress, { moved }: FeedState): string {
  return moved && own.isMarked(moved.from) ? (own.fromStored(moved.to) ?? own.url) : own.url;
}

function validatorsOf(own: FeedAddress, state: FeedState, address: string): Omit<FetchRequest, 'url'> {
  const { url, etag, lastModified, distrusted } = state;
  // Validators belong to one address.
  if (!own.isMarked(url, address) || own.isMarked(distrusted, address)) return {};
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

function isProbeDue(feed: Feed, { since, tickAt }: FeedDue): boolean {
  return since !== undefined && isDue(feed, Date.parse(since), Date.parse(tickAt), dailyDoublings(feed));
}
