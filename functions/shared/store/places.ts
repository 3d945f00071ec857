import type { Key, Table } from './table.ts';

/** What there are only so many places in. */
export interface Limited extends Key {
  readonly limit: number;
  /** When nobody asks for a place in it any more, ms. */
  readonly until: number;
}

/** A part of the places, which is all that some of the takers have together. */
export interface Share {
  readonly of: string;
  readonly limit: number;
}

/** Places are taken by name: whoever asks again, since an attempt died or had no answer, has them already. */
export interface Places {
  /** Whether there is a place for `taker`, within all of its shares, without taking it. */
  isRoom(of: Limited, taker: string, shares?: readonly Share[]): Promise<boolean>;
  /** Takes `places`, all or none; `busy` when others take theirs all the time. */
  take(
    of: Limited,
    taker: string,
    places?: number,
    shares?: readonly Share[],
  ): Promise<'taken' | 'full' | 'busy'>;
}

/** Keeps the record small. Whoever asks again after as many others counts twice: too few are let through, never too many. */
const MOST_NAMES = 1_000;
const KEPT_DAYS = 7;
const TRIES = 5;

interface Taken {
  readonly places: number;
  readonly by: readonly string[];
  /** Those of each share; absent until one is taken. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Counts the writes. */
  readonly version: number;
}

function isFull(
  { places, shares: taken = {} }: Taken,
  limit: number,
  shares: readonly Share[],
  wanted = 1,
): boolean {
  return places + wanted > limit || shares.some((share) => (taken[share.of] ?? 0) + wanted > share.limit);
}

export function places(table: Table): Places {
  const read = async ({ pk, sk }: Key): Promise<Taken> =>
    ((await table.get({ pk, sk })) as Taken | undefined) ?? { places: 0, by: [], version: 0 };
  return {
    async isRoom(of, taker, shares = []) {
      const taken = await read(of);
      return taken.by.includes(taker) || !isFull(taken, of.limit, shares);
    },
    async take(of, taker, wanted = 1, shares = []) {
      const { pk, sk, limit, until } = of;
      for (let tries = 0; tries < TRIES; tries++) {
        const taken = await read(of);
        const { places, by, version } = taken;
        if (by.includes(taker)) return 'taken';
        if (isFull(taken, limit, shares, wanted)) return 'full';
        const added = shares.map((share) => [share.of, (taken.shares?.[share.of] ?? 0) + wanted] as const);
        const written = await table.put(
          {
            pk,
            sk,
            places: places + wanted,
            by: [...by, taker].slice(-MOST_NAMES),
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
