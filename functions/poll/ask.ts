import { hashBytes } from '../shared/hash.ts';
import type { Clock, Feed, FeedDue, PipelineConfig } from '../shared/model.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import { isDue } from '../shared/turns.ts';
import type { Fetch, Fetched, FetchRequest } from './fetch.ts';
import { dailyDoublings } from './pace.ts';

export interface Asked {
  /** That was asked: the feed's own, or where it has moved to. */
  readonly address: string;
  readonly fetched: Fetched;
  /** The server says that nothing has changed, and shows something else. */
  readonly contradicted: boolean;
}

export interface Asking {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly config: Pick<PipelineConfig, 'userAgent'>;
}

/** A look behind an answer is left to the next day where the server is slow: all of them must fit the time of a poll. */
const PATIENCE_MS = 10_000;

/**
 * Asks for a feed, only for what is not known yet where there are validators. Once a day it asks for all of it as well:
 * some servers go on saying that nothing has changed, and their news would be missed for ever.
 */
export async function ask(
  { fetch, clock, config }: Asking,
  feed: Feed,
  state: FeedState,
  due: FeedDue,
): Promise<Asked> {
  const address = addressOf(feed, state);
  const known = validatorsOf(state, address);
  const began = clock();
  const isPatient = () => clock() - began < PATIENCE_MS;
  const whole = {
    url: address,
    ...(address === feed.url ? {} : { feedUrl: feed.url }),
    userAgent: feed.userAgent ?? config.userAgent,
  };
  const fetched = await fetch({ ...whole, ...known });
  const answer = { address, fetched, contradicted: false };
  if (fetched.kind !== 'unchanged' || !isProbe(feed, due) || !isPatient()) return answer;

  const document = await fetch(whole);
  if (document.kind !== 'document' || bodyHashOf(document) === state.bodyHash || !isPatient()) return answer;
  // Asked again, or something that was published just between the two would look like a lie.
  const again = await fetch({ ...whole, ...known });
  return { address, fetched: document, contradicted: again.kind === 'unchanged' };
}

export function bodyHashOf({ bytes }: Fetched & { readonly kind: 'document' }): string {
  return hashBytes(bytes);
}

function addressOf(feed: Feed, { moved }: FeedState): string {
  return moved?.from === feed.url ? moved.to : feed.url;
}

function validatorsOf(state: FeedState, address: string): Omit<FetchRequest, 'url'> {
  const { url, etag, lastModified, distrusted } = state;
  // Another address must not be asked with them.
  if (url !== address || distrusted === address) return {};
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) };
}

function isProbe(feed: Feed, { since, tickAt }: FeedDue): boolean {
  return since !== undefined && isDue(feed, Date.parse(since), Date.parse(tickAt), dailyDoublings(feed));
}
