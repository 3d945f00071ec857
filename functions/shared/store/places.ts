import type { Key, Table } from './table.ts';

/** What there are only so many places in. */
export interface Limited extends Key {
  readonly limit: number;
  /** When nobody asks for a place in it any more, ms. */
  readonly until: number;
}

/** Places are taken by name: whoever asks again, since an attempt died or had no answer, has them already. */
export interface Places {
  /** Whether there is a place for `taker`, without taking it. */
  isRoom(of: Limited, taker: string): Promise<boolean>;
  /** Takes `places`, all or none; `busy` when others take theirs all the time. */
  take(of: Limited, taker: string, places?: number): Promise<'taken' | 'full' | 'busy'>;
}

/** Keeps the record small. Whoever asks again after as many others counts twice: too few are let through, never too many. */
const MOST_NAMES = 1_000;
const KEPT_DAYS = 7;
const TRIES = 5;

interface Taken {
  readonly places: number;
  readonly by: readonly string[];
  /** Counts the writes. */
  readonly version: number;
}

export function places(table: Table): Places {
  const read = async ({ pk, sk }: Key): Promise<Taken> =>
    ((await table.get({ pk, sk })) as Taken | undefined) ?? { places: 0, by: [], version: 0 };
  return {
    async isRoom(of, taker) {
      const taken = await read(of);
      return taken.by.includes(taker) || taken.places < of.limit;
    },
    async take(of, taker, wanted = 1) {
      const { pk, sk, limit, until } = of;
      for (let tries = 0; tries < TRIES; tries++) {
        const { places, by, version } = await read(of);
        if (by.includes(taker)) return 'taken';
        if (places + wanted > limit) return 'full';
        const written = await table.put(
          {
            pk,
            sk,
            places: places + wanted,
            by: [...by, taker].slice(-MOST_NAMES),
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
