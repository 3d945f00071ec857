import {
  bytes,
  flag,
  having,
  listOf,
  number,
  optional,
  readRecord,
  type Shape,
  text,
  yes,
} from './record-shape.ts';
import { recordBytes } from './record-size.ts';
import type { Table } from './table.ts';

/** The state of a feed between polls. */
export interface FeedState {
  /** Number of commits; 0 before the first. */
  readonly version: number;
  /**
   * The earlier feed id that this state is still stored under, and the version of the record under the present id (0 if
   * there is none). Not stored; the next commit moves the state.
   */
  readonly earlier?: { readonly id: string; readonly version: number };
  /**
   * The address that sent the validators. Requests to any other address must not use them. All addresses in this state except
   * `moved.to` are stored in redacted form (functions/shared/redact-address.ts). Releases up to 0.1.0 stored them whole.
   */
  readonly url?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Hash of the last body that was read completely. */
  readonly bodyHash?: string;
  /** Packed seen set; see functions/poll/diff/diff.ts. */
  readonly seen?: Uint8Array;
  readonly lastItemAt?: string;
  /** Title of the last document. Used if the feed has no title in the file. */
  readonly title?: string;
  /** Number of entries, at the start of the seen set, that were in the last document. Not in 0.1.0. */
  readonly shown?: number;
  /** The feed adds undated news at the end of its list. */
  readonly appends?: true;
  /** Documents in a row whose entries had new ids; see functions/poll/diff/recognise.ts. */
  readonly renames?: number;
  /** Every document of the feed so far was truncated. */
  readonly inPart?: boolean;
  /** When a poll last brought a new item, ms since the epoch. */
  readonly heardAt?: number | undefined;
  /** Typical time between two such polls, ms. */
  readonly usualGap?: number | undefined;
  /** At which hours of the day the feed publishes, packed; see functions/poll/publishing-hours.ts. */
  readonly hours?: Uint8Array;
  /** How the feed asks to be polled. */
  readonly hints?: FeedHints;
  /**
   * A permanent move of the feed from the address `from`. `to` contains references in place of the feed's secrets. If it
   * has other secrets, `to` is redacted and not requested.
   */
  readonly moved?: { readonly from: string; readonly to: string };
  /** The hub that the last document named, and the subscription there. */
  readonly push?: PushState;
  /** Set if the last document was a live page. */
  readonly live?: LivePage;
  /** The live page, with the version of the configuration, whose coverage has ended and which is no longer requested. */
  readonly ended?: string;
  /** The address that is gone for good (HTTP 410) and is no longer requested. */
  readonly gone?: string;
  /** The address whose server answers "not modified" to a feed that has changed. */
  readonly distrusted?: string;
  /** Failed polls in a row. */
  readonly failures: number;
  /** When the first of these polls failed, ISO. */
  readonly failingSince?: string;
  /** The feed's address in the file when these polls failed. */
  readonly failingAt?: string;
  readonly lastFailure?: string;
  /** Earliest time of the next poll, ms since the epoch. */
  readonly notBefore?: number;
}

/** The state of a live page. */
export interface LivePage {
  /** When an update last came or changed, ms since the epoch. */
  readonly changedAt: number;
  /** When the page says that its coverage ends, ISO. */
  readonly coverageEnd?: string;
}

/** The state of a feed's subscription at a WebSub hub. Times are ms since the epoch. */
export interface PushState {
  readonly hub: string;
  /** The address to subscribe to. */
  readonly topic: string;
  /** The topic is the address that is polled, so what is pushed is what a poll would find. */
  readonly exact?: true;
  /** When the subscription was last requested. */
  readonly requestedAt?: number;
  /** Requests since the hub last confirmed the subscription. */
  readonly attempts?: number;
  /** When the confirmed subscription ends. */
  readonly leaseEnds?: number;
  /** When to renew it. */
  readonly renewAt?: number;
  /** Pushes since a poll last found news that the hub had not pushed. */
  readonly complete?: number;
  /** How often a poll found such news. */
  readonly missed?: number;
}

/** When a feed asks to be polled. */
export interface FeedHints {
  /** Time between two polls, ms. */
  readonly interval?: number;
  /** Hours of the day in UTC, 0 to 23, without new items. */
  readonly skipHours?: readonly number[];
  /** Days of the week without new items; 0 is Sunday. */
  readonly skipDays?: readonly number[];
}

/** Leaves room below DynamoDB's record limit of 400 KiB for a later failure or another address. */
const MAX_STATE_BYTES = 380_000;

/** Returns whether a state fits into a record, now and after a failure. */
export function isStorable(state: Omit<FeedState, 'version'>): boolean {
  return recordBytes(state) <= MAX_STATE_BYTES;
}

export const NEW_FEED_STATE: FeedState = { version: 0, failures: 0 };

export interface FeedStates {
  /** Returns the state of a feed, or `NEW_FEED_STATE` if it has none. */
  get(feedId: string): Promise<FeedState>;
  /** Stores `next`. Returns false if another poll has committed since `state` was read. */
  commit(feedId: string, state: FeedState, next: Omit<FeedState, 'version'>): Promise<boolean>;
}

const STATE: Shape<Omit<FeedState, 'earlier'>> = {
  version: number,
  url: optional(text),
  etag: optional(text),
  lastModified: optional(text),
  bodyHash: optional(text),
  seen: optional(bytes),
  lastItemAt: optional(text),
  title: optional(text),
  shown: optional(number),
  appends: optional(yes),
  renames: optional(number),
  inPart: optional(flag),
  heardAt: optional(number),
  usualGap: optional(number),
  hours: optional(bytes),
  hints: optional(
    having<FeedHints>({
      interval: optional(number),
      skipHours: optional(listOf(number)),
      skipDays: optional(listOf(number)),
    }),
  ),
  moved: optional(having<NonNullable<FeedState['moved']>>({ from: text, to: text })),
  push: optional(
    having<PushState>({
      hub: text,
      topic: text,
      exact: optional(yes),
      requestedAt: optional(number),
      attempts: optional(number),
      leaseEnds: optional(number),
      renewAt: optional(number),
      complete: optional(number),
      missed: optional(number),
    }),
  ),
  live: optional(having<LivePage>({ changedAt: number, coverageEnd: optional(text) })),
  ended: optional(text),
  gone: optional(text),
  distrusted: optional(text),
  failures: number,
  failingSince: optional(text),
  failingAt: optional(text),
  lastFailure: optional(text),
  notBefore: optional(number),
};

const key = (feedId: string) => ({ pk: `FEED#${feedId}`, sk: 'STATE' });

export function feedStates(table: Table): FeedStates {
  return {
    async get(feedId) {
      const record = await table.get(key(feedId));
      if (!record) return NEW_FEED_STATE;
      return readRecord(record, STATE);
    },
    async commit(feedId, { version, earlier }, { earlier: _earlier, ...next }) {
      const record = { ...key(feedId), ...next, version: version + 1 };
      const before = earlier?.version ?? version;
      const committed = await table.put(
        record,
        before === 0 ? { absent: true } : { attribute: 'version', equals: before },
      );
      if (committed && earlier) await table.delete(key(earlier.id));
      return committed;
    },
  };
}
