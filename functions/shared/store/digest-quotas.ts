import type { LeftOut } from '../model.ts';
import type { Table } from './table.ts';

/** What one feed has brought for a digest beyond the items that are delivered by themselves. */
export interface DigestQuotas {
  /**
   * Reserves room for entries of a feed in a digest, for all of them or for none; of `limit`, by default 100. `left out`: there is none, and they are
   * counted. Whoever asks again, by the same name, has the same answer; `busy` when others ask all the time.
   */
  reserve(
    digest: { readonly topicId: string; readonly dueAt: number },
    feed: { readonly id: string; readonly title: string },
    name: string,
    entries: number,
    limit?: number,
  ): Promise<'listed' | 'left out' | 'busy'>;
  /** Returns how many items were left out of a digest, by feed; without those counted under a name with a space. */
  leftOut(topicId: string, dueAt: string): Promise<LeftOut[]>;
}

/** A digest lists so many gathered items of a feed: more are not read. */
const MAX_ENTRIES = 100;
/** Keeps the record small. Whoever asks again after as many others is counted twice. */
const MAX_NAMES = 500;
/** A digest names so many feeds of which items were left out. */
const MAX_FEEDS = 50;
const MAX_TITLE = 200;
/** No feed's id has a space: what is counted under another name is no part of what an email leaves out. */
const RESERVED_NAME_MARK = ' ';
const KEPT_DAYS = 7;
const MAX_ATTEMPTS = 5;

interface DigestUsage {
  readonly listed: number;
  readonly listedBy: readonly string[];
  readonly leftOut: number;
  readonly leftOutBy: readonly string[];
  /** Counts the writes. */
  readonly version: number;
}

const NO_USAGE: DigestUsage = { listed: 0, listedBy: [], leftOut: 0, leftOutBy: [], version: 0 };

export function digestQuotas(table: Table): DigestQuotas {
  const partition = (topicId: string) => `TOPIC#${topicId}`;
  const prefix = (dueAt: string) => `GATHERED#${dueAt}#`;
  return {
    async reserve({ topicId, dueAt }, feed, name, entries, limit = MAX_ENTRIES) {
      const key = { pk: partition(topicId), sk: `${prefix(new Date(dueAt).toISOString())}${feed.id}` };
      for (let tries = 0; tries < MAX_ATTEMPTS; tries++) {
        const before = ((await table.get(key)) as DigestUsage | undefined) ?? NO_USAGE;
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
    async leftOut(topicId, dueAt) {
      const range = { from: prefix(dueAt), to: `${prefix(dueAt)}~`, limit: MAX_FEEDS };
      const records = await table.query({ pk: partition(topicId), ...range });
      return records
        .filter(({ sk }) => !String(sk).includes(RESERVED_NAME_MARK))
        .map(({ title, leftOut }) => ({ feed: String(title), items: Number(leftOut) }))
        .filter(({ items }) => items > 0);
    },
  };
}
