import type { FeedState } from '../shared/store/feed-states.ts';
import type { ConditionalFetchResult, Poll } from './fetch/conditional-fetch.ts';
import type { Document } from './fetch/fetch.ts';
import { MAX_URL } from './parser/fields/web-url.ts';
import type { FeedDocument } from './parser/parse.ts';

/** No feed is asked more seldom; and more milliseconds than there are whole numbers could not be stored. */
const MAX_HINT_MS = 7 * 86_400_000;

/** The longest interval that the feed or its server asks for, in whole ms: DynamoDB refuses numbers as small as 1e-200. */
export function hintsOf({ hints = {} }: FeedDocument, { freshFor = 0 }: Document): Pick<FeedState, 'hints'> {
  const { interval: ofFeed = 0, ...rests } = hints;
  const interval = Math.round(Math.min(Math.max(ofFeed, freshFor), MAX_HINT_MS));
  const next = { ...rests, ...(interval > 0 ? { interval } : {}) };
  return Object.keys(next).length > 0 ? { hints: next } : {};
}

export function latestItemAt(before: string | undefined, { entries }: FeedDocument): string | undefined {
  return entries.reduce(
    (last, { published }) => (published !== undefined && published > (last ?? '') ? published : last),
    before,
  );
}

export interface StoredValidators {
  readonly etag?: string;
  readonly lastModified?: string;
  readonly bodyHash?: string;
}

/** The next poll would ask at the same address with the same validators, whether or not those of this one were kept. */
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

/** Returns a state without a move to an address so long that it leaves no room, as earlier releases kept it. */
export function withoutLongMove({ moved, ...state }: FeedState): FeedState {
  return moved !== undefined && moved.to.length <= MAX_URL ? { ...state, moved } : state;
}

/** With the address that is to be asked from now on, where the feed has moved. */
export function withMove({ address, state, fetchResult }: Poll): FeedState {
  const to = movedTo(fetchResult);
  if (to === undefined) return { ...state, url: address.mark(fetchResult.address) };
  const { moved: _moved, ...kept } = state;
  if (to === address.url) return { ...kept, url: address.mark() };
  const stored = address.stored(to);
  // One that cannot be kept is found by the redirect again.
  return {
    ...kept,
    url: address.mark(stored === undefined ? address.url : to),
    moved: { from: address.mark(), to: stored ?? address.forDisplay(to) },
  };
}
