import type { Protocol, StoryRole } from '../model.ts';
import type { ScheduledKind } from './digests.ts';
import { ALL_PROTOCOLS, protocolAttributes, protocolsOf } from './protocol-attributes.ts';
import type { Table } from './table.ts';

/** How an alert ended: sent; waiting in a digest; or left because it may have been sent before. */
export type AlertOutcome = 'sent' | 'queued' | 'skipped';

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
      /** When what the alert waits for is due, ms; undefined when it is sent at once. Of the first attempt, too. */
      readonly dueAt: number | undefined;
      /** What it waits for; of the first attempt, too. */
      readonly waitsFor: ScheduledKind | undefined;
      /** For whom it is; of the first attempt, too. */
      readonly protocols: readonly Protocol[];
    }
  /** Somebody else is at it right now. */
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'settled';
      readonly covers: readonly string[];
      /** The item that it reports, where that was noted. */
      readonly itemId: string | undefined;
      /** When what it waits for, or waited for, is due, ms, and what that is. */
      readonly dueAt: number | undefined;
      readonly waitsFor: ScheduledKind | undefined;
    };

/** What an alert is claimed for. */
export interface ClaimTarget {
  /** When what the alert waits for is due, ms. */
  readonly dueAt?: number | undefined;
  readonly waitsFor?: ScheduledKind | undefined;
  /** The story of the item that is claimed. */
  readonly storyId?: string | undefined;
  /** What the item is to that story. */
  readonly role?: StoryRole | undefined;
  /** All, by default. */
  readonly protocols?: readonly Protocol[];
}

export interface ClaimState {
  readonly settled: boolean;
  readonly protocols: readonly Protocol[];
  readonly covers: readonly string[];
  /** The story of the item that was claimed, where there is one. */
  readonly storyId: string | undefined;
  readonly role: StoryRole | undefined;
}

/**
 * Claims make effects happen once: an alert is claimed for the length of a lease before it is published, and settled
 * after. A claim whose lease ran out is taken over, by one worker.
 */
export interface Claims {
  /**
   * A resumed claim keeps the target of the first attempt: what may have been sent must not be sent again by another way.
   */
  claim(alertId: string, now: number, covers?: readonly string[], target?: ClaimTarget): Promise<ClaimResult>;
  settle(
    alertId: string,
    how: AlertOutcome,
    now: number,
    ledger: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** What became of an alert so far, asked where that must be known before it, or another, is claimed. */
  find(alertId: string): Promise<ClaimState | undefined>;
  /** Gives a claim back, unless another attempt has taken it over: certainly nothing was sent. */
  release(alertId: string, owner: string): Promise<void>;
}

/** Longer than any publish may take, shorter than the hits queue's visibility timeout. */
export const LEASE_MS = 60_000;
const KEPT_DAYS = 180;

const coversOf = ({ covers }: Readonly<Record<string, unknown>>): readonly string[] =>
  Array.isArray(covers) ? covers.map(String) : [];

const key = (alertId: string) => ({ pk: `ALERT#${alertId}`, sk: 'ALERT' });
const expiry = (now: number) => Math.floor(now / 1000) + KEPT_DAYS * 86_400;

/** A lease that ends later than any that begins now was noted under a clock that has been set back since. */
function isLeaseRunning(leaseUntil: number, now: number): boolean {
  return leaseUntil >= now && leaseUntil <= now + 2 * LEASE_MS;
}

/** `worker` must be unique among all that claim. */
export function claims(table: Table, worker: string): Claims {
  let attempts = 0;
  return {
    async claim(
      alertId,
      now,
      covers = [],
      { dueAt, waitsFor, storyId, role, protocols = ALL_PROTOCOLS } = {},
    ) {
      const owner = `${worker}#${++attempts}`;
      const digest = dueAt ?? null;
      const claimed = { state: 'claimed', owner, leaseUntil: now + LEASE_MS, expiresAt: expiry(now) };
      const target = {
        covers,
        digest,
        ...(waitsFor ? { waitsFor } : {}),
        ...protocolAttributes(protocols),
        ...(storyId ? { storyId } : {}),
        ...(role ? { role } : {}),
      };
      const first = {
        kind: 'ours',
        resumed: false,
        claimedAt: now,
        owner,
        covers,
        dueAt,
        waitsFor,
        protocols,
      } as const;
      if (await table.put({ ...key(alertId), ...claimed, claimedAt: now, ...target }, { absent: true }))
        return first;
      const before = await table.get(key(alertId));
      if (before === undefined) return { kind: 'busy' };
      // The SDK tried the put again after it had succeeded without an answer.
      if (before.state === 'claimed' && before.owner === owner) return first;
      const covered = coversOf(before);
      if (before.state !== 'claimed') {
        const { itemId } = (before.entry ?? {}) as { readonly itemId?: string };
        const dueAt = before.dueAt === undefined ? undefined : Date.parse(String(before.dueAt));
        const waitsFor = before.waitsFor as ScheduledKind | undefined;
        return { kind: 'settled', covers: covered, itemId, dueAt, waitsFor };
      }
      const leaseUntil = Number(before.leaseUntil);
      if (isLeaseRunning(leaseUntil, now)) return { kind: 'busy' };
      const claimedAt = Number(before.claimedAt);
      // The release before did not note it.
      const firstDigest = before.digest === undefined ? digest : (before.digest as number | null);
      const firstWaitsFor = (before.waitsFor ?? waitsFor) as ScheduledKind | undefined;
      const taken = await table.put(
        {
          ...key(alertId),
          ...claimed,
          claimedAt,
          covers: covered,
          digest: firstDigest,
          ...(firstWaitsFor ? { waitsFor: firstWaitsFor } : {}),
          ...(before.storyId ? { storyId: before.storyId } : {}),
          ...(before.role ? { role: before.role } : {}),
          ...protocolAttributes(protocolsOf(before)),
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
      return {
        ...resumed,
        claimedAt,
        covers: covered,
        dueAt: firstDigest ?? undefined,
        waitsFor: firstWaitsFor,
      };
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
      return (
        record && {
          settled: record.state !== 'claimed',
          protocols: protocolsOf(record),
          covers: coversOf(record),
          storyId: record.storyId === undefined ? undefined : String(record.storyId),
          role: record.role as StoryRole | undefined,
        }
      );
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
