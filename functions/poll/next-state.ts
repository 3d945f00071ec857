import type { FeedState } from '../shared/store/feed-states.ts';
import type { Validators } from './fetch/cache-headers.ts';
import type { ConditionalFetchResult, Poll } from './fetch/conditional-fetch.ts';
import type { Document } from './fetch/fetch.ts';
import { MAX_URL } from './parser/fields/web-url.ts';
import type { FeedDocument } from './parser/parse.ts';

/** Every feed is polled at least this often. Larger values could exceed the safe integers and could then not be stored. */
const MAX_HINT_MS = 7 * 86_400_000;

/** Returns the longest interval that the feed or its server asks for, in whole ms. DynamoDB refuses fractions like 1e-200. */
export function hintsOf({ hints = {} }: FeedDocument, { freshFor = 0 }: Document): Pick<FeedState, 'hints'> {
  const { interval: ownInterval = 0, ...skipped } = hints;
  const interval = Math.round(Math.min(Math.max(ownInterval, freshFor), MAX_HINT_MS));
  const next = { ...skipped, ...(interval > 0 ? { interval } : {}) };
  return Object.keys(next).length > 0 ? { hints: next } : {};
}

export function latestItemAt(before: string | undefined, { entries }: FeedDocument): string | undefined {
  return entries.reduce(
    (last, { published }) => (published !== undefined && published > (last ?? '') ? published : last),
    before,
  );
}

export interface StoredValidators extends Validators {
  readonly bodyHash?: string;
}

/**
 * Returns whether the next poll would send the same request with the new validators as with the stored ones, which then need
 * no commit.
 */
export function hasSameValidators(
  { address, state, fetchResult }: Poll,
  { etag, lastModified }: StoredValidators,
): boolean {
  if (movedTo(fetchResult) !== undefined || !address.isMarked(state.url, fetchResult.address)) return false;
  return state.etag === etag && state.lastModified === lastModified;
}

export function movedTo({ fetched }: ConditionalFetchResult): string | undefined {
  return 'moved' in fetched ? fetched.moved : undefined;
}

/** Drops a move to an overlong address, which earlier releases stored. */
export function withoutLongMove({ moved, ...state }: FeedState): FeedState {
  return moved !== undefined && moved.to.length <= MAX_URL ? { ...state, moved } : state;
}

/** Returns the state with the address to request from now on. */
export function withMove({ address, state, fetchResult }: Poll): FeedState {
  const to = movedTo(fetchResult);
  if (to === undefined) return { ...state, url: address.mark(fetchResult.address) };
  const { moved: _moved, ...kept } = state;
  if (to === address.url) return { ...kept, url: address.mark() };
  const stored = address.stored(to);
  // If the new address cannot be stored, every poll follows the redirect to find it.
  return {
    ...kept,
    url: address.mark(stored === undefined ? address.url : to),
    moved: { from: address.mark(), to: stored ?? address.forDisplay(to) },
  };
}
