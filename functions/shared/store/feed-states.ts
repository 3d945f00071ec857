import { recordBytes } from './record-size.ts';
import type { Table } from './table.ts';

/** What is remembered of a feed between polls. */
export interface FeedState {
  /** Counts commits; 0 before the first. */
  readonly version: number;
  /**
   * Not stored: where this state is still kept, and the version of what stands under the feed's id of now, 0 for nothing.
   * The next commit moves it.
   */
  readonly earlier?: { readonly id: string; readonly version: number };
  /**
   * Where the validators are from: another address must not be asked with them. This and the other addresses are marks
   * (functions/shared/redact-address.ts) but for `moved.to`; releases up to 0.1.0 stored them whole.
   */
  readonly url?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Hash of the last body that was read to its end. */
  readonly bodyHash?: string;
  /** Packed seen set; see functions/poll/diff/diff.ts. */
  readonly seen?: Uint8Array;
  readonly lastItemAt?: string;
  /** Title of the last document that was read; names a feed that has none in the file. */
  readonly title?: string;
  /** How many entries of the seen set, from its start, the last document showed; not in 0.1.0. */
  readonly shown?: number;
  /** The feed adds undated news at the end of its list. */
  readonly appends?: true;
  /** Documents in a row whose entries had other names than before; see functions/poll/diff/recognise.ts. */
  readonly renames?: number;
  /** All that was ever read of the feed were documents that broke off. */
  readonly inPart?: boolean;
  /** When a poll last brought a new item, ms since the epoch. */
  readonly heardAt?: number | undefined;
  /** What mostly lies between two such polls, ms. */
  readonly usualGap?: number | undefined;
  /** What the feed asks for. */
  readonly hints?: FeedHints;
  /**
   * Where the feed, `from` its address, has moved to for good; `to` has references in place of the secrets of its address,
   * or is only what people may see of one with other secrets, which is not asked.
   */
  readonly moved?: { readonly from: string; readonly to: string };
  /** The address that is gone for good, and is not asked any more. */
  readonly gone?: string;
  /** The address whose server says that nothing has changed when something has. */
  readonly distrusted?: string;
  /** Failed polls in a row. */
  readonly failures: number;
  /** When the first of them was; ISO. */
  readonly failingSince?: string;
  /** The address in the file then. */
  readonly failingAt?: string;
  readonly lastFailure?: string;
  /** Not polled before this time, ms since the epoch. */
  readonly notBefore?: number;
}

/** When a feed wants to be asked. */
export interface FeedHints {
  /** Time between two polls, ms. */
  readonly interval?: number;
  /** Hours of the day in UTC, 0 to 23, in which nothing comes. */
  readonly skipHours?: readonly number[];
  /** Days of the week, 0 for Sunday, likewise. */
  readonly skipDays?: readonly number[];
}

/** Below DynamoDB's limit of a record, 400 KiB, by what may be noted beside: a failure, or another address. */
const MAX_STATE_BYTES = 380_000;

/** Whether a state can be stored, now and after a failure. */
export function isStorable(state: Omit<FeedState, 'version'>): boolean {
  return recordBytes(state) <= MAX_STATE_BYTES;
}

export const NEW_FEED_STATE: FeedState = { version: 0, failures: 0 };

export interface FeedStates {
  get(feedId: string): Promise<FeedState>;
  /** False when another poll of the feed has committed since `state` was read. */
  commit(feedId: string, state: FeedState, next: Omit<FeedState, 'version'>): Promise<boolean>;
}

const key = (feedId: string) => ({ pk: `FEED#${feedId}`, sk: 'STATE' });

export function feedStates(table: Table): FeedStates {
  return {
    async get(feedId) {
      const record = await table.get(key(feedId));
      if (!record) return NEW_FEED_STATE;
      const { pk: _pk, sk: _sk, ...state } = record;
      return state as unknown as FeedState;
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
