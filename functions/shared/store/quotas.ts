import { listOf, mapOf, number, optional, readRecord, type Shape, text } from './record-shape.ts';
import { topicPartition } from './stories.ts';
import type { Key, Table } from './table.ts';

/** A period with a limited number of places. The key names its record. */
export interface QuotaWindow extends Key {
  readonly limit: number;
  /** End of the period, ms. No places are taken after it. */
  readonly until: number;
}

/** Returns a quota window of a topic, such as "SENT#hour", that ends at `until` (ms). */
export function topicWindow(topicId: string, name: string, limit: number, until: number): QuotaWindow {
  return { pk: topicPartition(topicId), sk: `${name}#${new Date(until).toISOString()}`, limit, until };
}

/** The maximum number of a window's places that a group of takers may hold together. */
export interface QuotaShare {
  /** Names the group. */
  readonly of: string;
  readonly limit: number;
}

/** Counts places by taker, so that a taker that asks again after a crash or a lost answer keeps its place. */
export interface Quotas {
  /** Returns whether `taker` has a place or could take one within all of its shares. Takes none. */
  hasRoom(window: QuotaWindow, taker: string, shares?: readonly QuotaShare[]): Promise<boolean>;
  /** Takes `places` (1 by default), all or none. Returns `busy` when other writers keep interfering. */
  reserve(
    window: QuotaWindow,
    taker: string,
    places?: number,
    shares?: readonly QuotaShare[],
  ): Promise<'taken' | 'full' | 'busy'>;
}

/**
 * Bounds the record. A taker that asks again after this many others counts twice. The error lets too few takers pass, never
 * too many.
 */
const MAX_NAMES = 1_000;
const KEPT_DAYS = 7;
const MAX_ATTEMPTS = 5;

interface QuotaUsage {
  readonly places: number;
  readonly by: readonly string[];
  /** Places taken of each share; absent until one is taken. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Number of writes, for the conditional put. */
  readonly version: number;
}

const USAGE: Shape<QuotaUsage> = {
  places: number,
  by: listOf(text),
  shares: optional(mapOf(number)),
  version: number,
};

function wouldExceed(
  { places, shares: taken = {} }: QuotaUsage,
  limit: number,
  shares: readonly QuotaShare[],
  wanted = 1,
): boolean {
  return places + wanted > limit || shares.some((share) => (taken[share.of] ?? 0) + wanted > share.limit);
}

export function quotas(table: Table): Quotas {
  const read = async ({ pk, sk }: Key): Promise<QuotaUsage> => {
    const record = await table.get({ pk, sk });
    return record ? readRecord(record, USAGE) : { places: 0, by: [], version: 0 };
  };
  return {
    async hasRoom(window, taker, shares = []) {
      const taken = await read(window);
      return taken.by.includes(taker) || !wouldExceed(taken, window.limit, shares);
    },
    async reserve(window, taker, wanted = 1, shares = []) {
      const { pk, sk, limit, until } = window;
      for (let tries = 0; tries < MAX_ATTEMPTS; tries++) {
        const taken = await read(window);
        const { places, by, version } = taken;
        if (by.includes(taker)) return 'taken';
        if (wouldExceed(taken, limit, shares, wanted)) return 'full';
        const added = shares.map((share) => [share.of, (taken.shares?.[share.of] ?? 0) + wanted] as const);
        const written = await table.put(
          {
            pk,
            sk,
            places: places + wanted,
            by: [...by, taker].slice(-MAX_NAMES),
            ...(taken.shares || added.length > 0
              ? { shares: { ...taken.shares, ...Object.fromEntries(added) } }
              : {}),
            version: version + 1,
            expiresAt: Math.floor(until / 1000) + KEPT_DAYS * 86_400,
          },
          version === 0 ? { absent: true } : { attribute: 'version', equals: version },
        );
        if (written) return 'taken';
      }
      return 'busy';
    },
  };
}
