import type { Feed, FeedDue } from '../shared/model.ts';
import type { FeedState } from '../shared/store/feed-states.ts';
import type { Asked } from './ask.ts';
import type { FeedAddress } from './feed-address.ts';
import type { Document } from './fetch.ts';
import type { FeedDocument } from './parse.ts';
import { MAX_URL } from './reading/address.ts';

/** One poll of a feed, and from what state it started. */
export interface Poll {
  readonly feed: Feed;
  readonly own: FeedAddress;
  readonly state: FeedState;
  readonly asked: Asked;
  readonly due: FeedDue;
}

/** No feed is asked more seldom; and more milliseconds than there are whole numbers could not be stored. */
const LONGEST_HINT_MS = 7 * 86_400_000;

/** The longest interval that the feed or its server asks for, in whole ms: DynamoDB refuses numbers as small as 1e-200. */
export function hintsOf({ hints = {} }: FeedDocument, { freshFor = 0 }: Document): Pick<FeedState, 'hints'> {
  const { interval: ofFeed = 0, ...rests } = hints;
  const interval = Math.round(Math.min(Math.max(ofFeed, freshFor), LONGEST_HINT_MS));
  const next = { ...rests, ...(interval > 0 ? { interval } : {}) };
  return Object.keys(next).length > 0 ? { hints: next } : {};
}

export function latest(before: string | undefined, { entries }: FeedDocument): string | undefined {
  return entries.reduce(
    (last, { published }) => (published !== undefined && published > (last ?? '') ? published : last),
    before,
  );
}

export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
  readonly bodyHash?: string;
}

/** The next poll would ask at the same address with the same validators, whether or not those of this one were kept. */
export function hasValidators({ own, state, asked }: Poll, { etag, lastModified }: Validators): boolean {
  if (movedTo(asked) !== undefined || !own.isMarked(state.url, asked.address)) return false;
  return state.etag === etag && state.lastModified === lastModified;
}

export function movedTo({ fetched }: Asked): string | undefined {
  return 'moved' in fetched ? fetched.moved : undefined;
}

/** Returns a state without a move to an address so long that it leaves no room, as earlier releases kept it. */
export function withoutLongMove({ moved, ...state }: FeedState): FeedState {
  return moved !== undefined && moved.to.length <= MAX_URL ? { ...state, moved } : state;
}

/** With the address that is to be asked from now on, where the feed has moved. */
export function moveOn({ own, state, asked }: Poll): FeedState {
  const to = movedTo(asked);
  if (to === undefined) return { ...state, url: own.mark(asked.address) };
  const { moved: _moved, ...kept } = state;
  if (to === own.url) return { ...kept, url: own.mark() };
  const stored = own.stored(to);
  // One that cannot be kept is found by the redirect again.
  return {
    ...kept,
    url: own.mark(stored === undefined ? own.url : to),
    moved: { from: own.mark(), to: stored ?? own.shown(to) },
  };
}
