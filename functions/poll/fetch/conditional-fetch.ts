import { hashBytes } from '../../shared/hash.ts';
import type { Clock, Feed, FeedDue, PipelineConfig } from '../../shared/model.ts';
import { isDue } from '../../shared/poll-schedule.ts';
import type { FeedState } from '../../shared/store/feed-states.ts';
import { dailyDoublings } from '../interval.ts';
import type { Fetch, FetchRequest, FetchResult } from './fetch.ts';
import type { FeedAddress } from './plain-address.ts';

/** One poll of a feed, and from what state it started. */
export interface Poll {
  readonly feed: Feed;
  readonly address: FeedAddress;
  readonly state: FeedState;
  readonly fetchResult: ConditionalFetchResult;
  readonly due: FeedDue;
}

export interface ConditionalFetchResult {
  /** That was asked: the feed's own, or where it has moved to. */
  readonly address: string;
  readonly fetched: FetchResult;
  /** The server says that nothing has changed, and shows something else. */
  readonly contradicted: boolean;
}

export interface FetchDeps {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly config: Pick<PipelineConfig, 'userAgent'>;
}

/** A look behind an answer is left to the next day where the server is slow: all of them must fit the time of a poll. */
const MAX_PROBE_MS = 10_000;

/**
 * Asks for a feed, only for what is not known yet where there are validators. Once a day it asks for all of it as well:
 * some servers go on saying that nothing has changed, and their news would be missed for ever.
 */
export async function fetchConditionally(
  { fetch, clock, config }: FetchDeps,
  { feed, address: own, state, due }: Omit<Poll, 'fetchResult'>,
): Promise<ConditionalFetchResult> {
  const address = addressOf(own, state);
  const known = validatorsOf(own, state, address);
  const began = clock();
  const isPatient = () => clock() - began < MAX_PROBE_MS;
  const whole = {
    url: address,
    ...(address === own.url ? {} : { feedUrl: own.url }),
    userAgent: feed.userAgent ?? config.userAgent,
  };
  const fetched = await fetch({ ...whole, ...known });
  const answer = { address, fetched, contradicted: false };
  if (fetched.kind !== 'unchanged' || !isProbeDue(feed, due) || !isPatient()) return answer;

  const document = await fetch(whole);
  if (document.kind !== 'document' || bodyHashOf(document) === state.bodyHash || !isPatient()) return answer;
  // Asked again, or something that was published just between the two would look like a lie.
  const again = await fetch({ ...whole, ...known });
  return { address, fetched: document, contradicted: again.kind === 'unchanged' };
}

export function bodyHashOf({ bytes }: FetchResult & { readonly kind: 'document' }): string {
  return hashBytes(bytes);
}

function addressOf(own: FeedAddress, { moved }: FeedState): string {
  return moved && own.isMarked(moved.from) ? (own.fromStored(moved.to) ?? own.url) : own.url;
}

function validatorsOf(own: FeedAddress, state: FeedState, address: string): Omit<FetchRequest, 'url'> {
  const { url, etag, lastModified, distrusted } = state;
  // Another address must not be asked with them.
  if (!own.isMarked(url, address) || own.isMarked(distrusted, address)) return {};
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

function isProbeDue(feed: Feed, { since, tickAt }: FeedDue): boolean {
  return since !== undefined && isDue(feed, Date.parse(since), Date.parse(tickAt), dailyDoublings(feed));
}
