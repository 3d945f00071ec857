import type { Key, Table } from './table.ts';

/** What there are only so many places in. */
export interface QuotaWindow extends Key {
  readonly limit: number;
  /** When nobody asks for a place in it any more, ms. */
  readonly until: number;
}

/** A part of the places, which is all that some of the takers have together. */
export interface QuotaShare {
  readonly of: string;
  readonly limit: number;
}

/** Places are taken by name: whoever asks again, since an attempt died or had no answer, has them already. */
export interface Quotas {
  /** Whether there is a place for `taker`, within all of its shares, without taking it. */
  hasRoom(of: QuotaWindow, taker: string, shares?: readonly QuotaShare[]): Promise<boolean>;
  /** Takes `places`, all or none; `busy` when others take theirs all the time. */
  reserve(
    of: QuotaWindow,
    taker: string,
    places?: number,
    shares?: readonly QuotaShare[],
  ): Promise<'taken' | 'full' | 'busy'>;
}

/** Keeps the record small. Whoever asks again after as many others counts twice: too few are let through, never too many. */
const MAX_NAMES = 1_000;
const KEPT_DAYS = 7;
const MAX_ATTEMPTS = 5;

interface QuotaUsage {
  readonly places: number;
  readonly by: readonly string[];
  /** Those of each share; absent until one is taken. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Counts the writes. */
  readonly version: number;
}

function wouldExceed(
  { places, shares: taken = {} }: QuotaUsage,
  limit: number,
  shares: readonly QuotaShare[],
  wanted = 1,
): boolean {
  return places + wanted > limit || shares.some((share) => (taken[share.of] ?? 0) + wanted > share.limit);
}

export function quotas(table: Table): Quotas {
  const read = async ({ pk, sk }: Key): Promise<QuotaUsage> =>
    ((await table.get({ pk, sk })) as QuotaUsage | undefined) ?? { places: 0, by: [], version: 0 };
  return {
    async hasRoom(of, taker, shares = []) {
      const taken = await read(of);
      return taken.by.includes(taker) || !wouldExceed(taken, of.limit, shares);
    },
    async reserve(of, taker, wanted = 1, shares = []) {
      const { pk, sk, limit, until } = of;
      for (let tries = 0; tries < MAX_ATTEMPTS; tries++) {
        const taken = await read(of);
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
