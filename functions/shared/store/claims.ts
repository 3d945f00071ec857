import type { Protocol } from '../model.ts';
import type { Table } from './table.ts';

/** How an alert ended: sent; waiting in a digest; or left because it may have been sent before. */
export type Settled = 'sent' | 'queued' | 'skipped';

export type ClaimResult =
  /** It is ours to send. `resumed`: an earlier attempt did not come to its end, and may have sent it. */
  | {
      readonly kind: 'ours';
      readonly resumed: boolean;
      /** When the first attempt claimed it, ms: what is derived from it is the same in every attempt. */
      readonly claimedAt: number;
      /** Names this attempt. */
      readonly owner: string;
      readonly covers: readonly string[];
      /** The digest that the alert waits for, ms; undefined when it is sent at once. Of the first attempt, too. */
      readonly dueAt: number | undefined;
      /** For whom it is; of the first attempt, too. */
      readonly protocols: readonly Protocol[];
    }
  /** Somebody else is at it right now. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'settled'; readonly covers: readonly string[] };

export interface Aim {
  /** The digest that the alert is to wait for. */
  readonly dueAt?: number | undefined;
  /** All, by default. */
  readonly protocols?: readonly Protocol[];
}

export interface Found {
  readonly settled: boolean;
  readonly protocols: readonly Protocol[];
}

/**
 * Claims make effects happen once: an alert is claimed for the length of a lease before it is published, and settled
 * after. A claim whose lease ran out is taken over, by one worker.
 */
export interface Claims {
  /**
   * A resumed claim keeps what the first attempt aimed at: what may have been sent must not be sent again by another way.
   */
  claim(alertId: string, now: number, covers?: readonly string[], aim?: Aim): Promise<ClaimResult>;
  settle(
    alertId: string,
    how: Settled,
    now: number,
    ledger: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** What became of an alert so far, asked where that must be known before it, or another, is claimed. */
  find(alertId: string): Promise<Found | undefined>;
  /** Gives a claim back, unless another attempt has taken it over: certainly nothing was sent. */
  release(alertId: string, owner: string): Promise<void>;
}

/** Longer than any publish may take, shorter than the hits queue's visibility timeout. */
export const LEASE_MS = 60_000;
const KEPT_DAYS = 180;

/** Claims and digest entries note protocols only where they are not for all, as none is of earlier releases. */
export const ALL_PROTOCOLS: readonly Protocol[] = ['email', 'sms'];
export const noted = (protocols: readonly Protocol[]): { readonly protocols?: readonly Protocol[] } =>
  protocols.length === ALL_PROTOCOLS.length ? {} : { protocols };
export const protocolsOf = (record: Readonly<Record<string, unknown>>): readonly Protocol[] =>
  (record.protocols as readonly Protocol[] | undefined) ?? ALL_PROTOCOLS;

const key = (alertId: string) => ({ pk: `ALERT#${alertId}`, sk: 'ALERT' });
const expiry = (now: number) => Math.floor(now / 1000) + KEPT_DAYS * 86_400;

/** A lease that ends later than any that begins now was noted under a clock that has been set back since. */
function isRunning(leaseUntil: number, now: number): boolean {
  return leaseUntil >= now && leaseUntil <= now + 2 * LEASE_MS;
}

/** `worker` must be unique among all that claim. */
export function claims(table: Table, worker: string): Claims {
  let attempts = 0;
  return {
    async claim(alertId, now, covers = [], { dueAt, protocols = ALL_PROTOCOLS } = {}) {
      const owner = `${worker}#${++attempts}`;
      const digest = dueAt ?? null;
      const claimed = { state: 'claimed', owner, leaseUntil: now + LEASE_MS, expiresAt: expiry(now) };
      const aim = { covers, digest, ...noted(protocols) };
      const first = {
        kind: 'ours',
        resumed: false,
        claimedAt: now,
        owner,
        covers,
        dueAt,
        protocols,
      } as const;
      if (await table.put({ ...key(alertId), ...claimed, claimedAt: now, ...aim }, { absent: true }))
        return first;
      const before = await table.get(key(alertId));
      if (before === undefined) return { kind: 'busy' };
      // The SDK tried the put again after it had succeeded without an answer.
      if (before.state === 'claimed' && before.owner === owner) return first;
      const covered = Array.isArray(before.covers) ? before.covers.map(String) : [];
      if (before.state !== 'claimed') return { kind: 'settled', covers: covered };
      const leaseUntil = Number(before.leaseUntil);
      if (isRunning(leaseUntil, now)) return { kind: 'busy' };
      const claimedAt = Number(before.claimedAt);
      // The release before did not note it.
      const firstDigest = before.digest === undefined ? digest : (before.digest as number | null);
      const taken = await table.put(
        {
          ...key(alertId),
          ...claimed,
          claimedAt,
          covers: covered,
          digest: firstDigest,
          ...noted(protocolsOf(before)),
        },
        {
          all: [
            { attribute: 'state', equals: 'claimed' },
            { attribute: 'leaseUntil', equals: leaseUntil },
          ],
        },
      );
      if (!taken) return { kind: 'busy' };
      const resumed = { ...first, resumed: true, protocols: protocolsOf(before) } as const;
      return { ...resumed, claimedAt, covers: covered, dueAt: firstDigest ?? undefined };
    },
    async settle(alertId, how, now, ledger) {
      await table.put({
        ...ledger,
        ...key(alertId),
        state: how,
        settledAt: new Date(now).toISOString(),
        expiresAt: expiry(now),
      });
    },
    async find(alertId) {
      const record = await table.get(key(alertId));
      return record && { settled: record.state !== 'claimed', protocols: protocolsOf(record) };
    },
    async release(alertId, owner) {
      await table.delete(key(alertId), {
        all: [
          { attribute: 'state', equals: 'claimed' },
          { attribute: 'owner', equals: owner },
        ],
      });
    },
  };
}
