import type { LeftOut } from '../model.ts';
import { listOf, number, readRecord, type Shape, text } from './record-shape.ts';
import { topicPartition } from './stories.ts';
import type { Table } from './table.ts';

/** Limits how many gathered items of one feed a digest lists. Stored under `GATHERED#`. */
export interface DigestQuotas {
  /**
   * Reserves room in a digest for a feed's entries: for all of them, or for none. `limit` defaults to 100 entries. If there is
   * no room, counts the entries as left out and returns `left out`. Returns the same answer to every request with the same
   * name, and `busy` when other writers keep interfering.
   */
  reserve(
    digest: { readonly topicId: string; readonly dueAt: number },
    feed: { readonly id: string; readonly title: string },
    name: string,
    entries: number,
    limit?: number,
  ): Promise<'listed' | 'left out' | 'busy'>;
  /** Returns how many items a digest leaves out, by feed. Skips feed ids with a space, unless they begin with `mark` and one. */
  leftOut(topicId: string, dueAt: string, mark?: string): Promise<LeftOut[]>;
}

/** Gathered items of one feed in a digest. Readers skip longer lists. */
const MAX_ENTRIES = 100;
/** Bounds the record. A request that is repeated after this many others counts twice. */
const MAX_NAMES = 500;
/** Feeds in the "too many to list" line of a digest. */
const MAX_FEEDS = 50;
const MAX_TITLE = 200;
/** Feed ids have no spaces. An id with a space marks a quota that is not of a topic's own emails ("silent x", "sms x", "daily x"). */
const RESERVED_NAME_MARK = ' ';
const KEPT_DAYS = 7;
const MAX_ATTEMPTS = 5;

interface DigestUsage {
  readonly listed: number;
  readonly listedBy: readonly string[];
  readonly leftOut: number;
  readonly leftOutBy: readonly string[];
  /** Number of writes, for the conditional put. */
  readonly version: number;
}

const USAGE: Shape<DigestUsage> = {
  listed: number,
  listedBy: listOf(text),
  leftOut: number,
  leftOutBy: listOf(text),
  version: number,
};
const NO_USAGE: DigestUsage = { listed: 0, listedBy: [], leftOut: 0, leftOutBy: [], version: 0 };

export function digestQuotas(table: Table): DigestQuotas {
  const prefix = (dueAt: string) => `GATHERED#${dueAt}#`;
  return {
    async reserve({ topicId, dueAt }, feed, name, entries, limit = MAX_ENTRIES) {
      const key = { pk: topicPartition(topicId), sk: `${prefix(new Date(dueAt).toISOString())}${feed.id}` };
      for (let tries = 0; tries < MAX_ATTEMPTS; tries++) {
        const record = await table.get(key);
        const before = record ? readRecord(record, USAGE) : NO_USAGE;
        const { listed, listedBy, leftOut, leftOutBy, version } = before;
        if (listedBy.includes(name)) return 'listed';
        if (leftOutBy.includes(name)) return 'left out';
        const isListed = listed + entries <= limit;
        const next: DigestUsage = isListed
          ? { ...before, listed: listed + entries, listedBy: [...listedBy, name], version: version + 1 }
          : {
              ...before,
              leftOut: leftOut + entries,
              leftOutBy: [...leftOutBy, name].slice(-MAX_NAMES),
              version: version + 1,
            };
        const written = await table.put(
          {
            ...next,
            ...key,
            title: feed.title.slice(0, MAX_TITLE),
            expiresAt: Math.floor(dueAt / 1000) + KEPT_DAYS * 86_400,
          },
          version === 0 ? { absent: true } : { attribute: 'version', equals: version },
        );
        if (written) return isListed ? 'listed' : 'left out';
      }
      return 'busy';
    },
    async leftOut(topicId, dueAt, mark) {
      const from = `${prefix(dueAt)}${mark === undefined ? '' : `${mark}${RESERVED_NAME_MARK}`}`;
      const range = { from, to: `${from}~`, limit: MAX_FEEDS };
      const records = await table.query({ pk: topicPartition(topicId), ...range });
      return records
        .filter(({ sk }) => !String(sk).slice(from.length).includes(RESERVED_NAME_MARK))
        .map(({ title, leftOut }) => ({ feed: String(title), items: Number(leftOut) }))
        .filter(({ items }) => items > 0);
    },
  };
}
