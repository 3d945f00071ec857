import type { Protocol, StoryRole } from '../model.ts';
import { ALL_PROTOCOLS } from '../protocols.ts';
import type { ScheduledKind } from './digests.ts';
import { protocolsOf } from './protocol-attributes.ts';
import { type ReportedItem, reportedItemIn } from './reported-item.ts';
import type { Attributes, Table } from './table.ts';

/** How an alert ended: sent, waiting in a digest, or skipped because it may have been sent before. */
type AlertOutcome = 'sent' | 'queued' | 'skipped';

export type ClaimResult =
  /** This attempt owns the alert. `resumed`: an earlier attempt did not finish and may have sent it. */
  | {
      readonly kind: 'ours';
      readonly resumed: boolean;
      /** When the first attempt claimed the alert, ms. Values derived from this time are the same in every attempt. */
      readonly claimedAt: number;
      /** Identifies this attempt. */
      readonly owner: string;
      readonly covers: readonly string[];
      /** When the message that the alert waits for is due, ms; undefined if it is sent at once. Set by the first attempt. */
      readonly dueAt: number | undefined;
      /** The kind of message that the alert waits for. Set by the first attempt. */
      readonly waitsFor: ScheduledKind | undefined;
      /** When the alert is due for those who get one mail a day, ms; undefined if they get it as others do. Set by the first attempt. */
      readonly dailyAt: number | undefined;
      /** The protocols by which the alert is sent. Set by the first attempt. */
      readonly protocols: readonly Protocol[];
    }
  /** Another attempt holds the lease. */
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'settled';
      readonly covers: readonly string[];
      /** The item that the alert reports, if recorded. */
      readonly reported: ReportedItem | undefined;
      /** When the message that the alert waits for, or waited for, is due, ms. */
      readonly dueAt: number | undefined;
      readonly waitsFor: ScheduledKind | undefined;
    };

/** How to send an alert: when, in which message, and by which protocols. */
interface ClaimTarget {
  /** When the message that the alert waits for is due, ms. Stored as `digest`. */
  readonly dueAt?: number | undefined;
  readonly waitsFor?: ScheduledKind | undefined;
  /** When the alert is due for those who get one mail a day, ms. */
  readonly dailyAt?: number | undefined;
  /** The story of the claimed item. */
  readonly storyId?: string | undefined;
  /** The item's role in that story. */
  readonly role?: StoryRole | undefined;
  /** Defaults to all protocols. */
  readonly protocols?: readonly Protocol[];
}

/** The stored state of a claim. */
export interface ClaimState {
  readonly settled: boolean;
  readonly protocols: readonly Protocol[];
  readonly covers: readonly string[];
  /** The story of the claimed item, if it has one. */
  readonly storyId: string | undefined;
  readonly role: StoryRole | undefined;
}

/**
 * Claims make each alert go out once. A worker claims an alert for the length of a lease, publishes it and settles the
 * claim. One other worker takes over a claim whose lease has run out.
 */
export interface Claims {
  /**
   * Claims an alert. A resumed claim keeps the target of the first attempt, so that an alert that may have been sent is not
   * sent again in another message or by another protocol.
   */
  claim(alertId: string, now: number, covers?: readonly string[], target?: ClaimTarget): Promise<ClaimResult>;
  /** Ends a claim. `logFields` are stored with it as the alert log. */
  settle(
    alertId: string,
    outcome: AlertOutcome,
    now: number,
    logFields: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Returns the state of a claim, or undefined if the alert was never claimed. Does not claim it. */
  find(alertId: string): Promise<ClaimState | undefined>;
  /** Releases a claim, unless another attempt has taken it over. Call it only if nothing was sent. */
  release(alertId: string, owner: string): Promise<void>;
}

/** Longer than a publish can take, shorter than the hits queue's visibility timeout. */
export const LEASE_MS = 60_000;
const KEPT_DAYS = 180;

const coversOf = ({ covers }: Readonly<Record<string, unknown>>): readonly string[] =>
  Array.isArray(covers) ? covers.map(String) : [];

const key = (alertId: string) => ({ pk: `ALERT#${alertId}`, sk: 'ALERT' });
const expiry = (now: number) => Math.floor(now / 1000) + KEPT_DAYS * 86_400;

/**
 * Returns whether a lease of this length is still running. A lease that ends too far ahead was written before the clock was set
 * back.
 */
export function isLeaseRunning(leaseUntil: number, now: number, length = LEASE_MS): boolean {
  return leaseUntil >= now && leaseUntil <= now + 2 * length;
}

/** Returns the claims of a table. `worker` must be unique among all claiming processes. */
export function claims(table: Table, worker: string): Claims {
  let attempts = 0;
  return {
    async claim(
      alertId,
      now,
      covers = [],
      { dueAt, waitsFor, dailyAt, storyId, role, protocols = ALL_PROTOCOLS } = {},
    ) {
      const owner = `${worker}#${++attempts}`;
      const digest = dueAt ?? null;
      const claimed = { state: 'claimed', owner, leaseUntil: now + LEASE_MS, expiresAt: expiry(now) };
      const target = {
        covers,
        digest,
        ...(waitsFor ? { waitsFor } : {}),
        ...(dailyAt === undefined ? {} : { dailyAt }),
        protocols,
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
        dailyAt,
        protocols,
      } as const;
      if (await table.put({ ...key(alertId), ...claimed, claimedAt: now, ...target }, { absent: true }))
        return first;
      const before = await table.get(key(alertId));
      if (before === undefined) return { kind: 'busy' };
      // The first put succeeded, its answer was lost, and the SDK tried again.
      if (before.state === 'claimed' && before.owner === owner) return first;
      const covered = coversOf(before);
      if (before.state !== 'claimed') {
        const reported = reportedItemIn({ ...(before.entry as Attributes | undefined), title: before.title });
        const dueAt = before.dueAt === undefined ? undefined : Date.parse(String(before.dueAt));
        const waitsFor = before.waitsFor as ScheduledKind | undefined;
        return { kind: 'settled', covers: covered, reported, dueAt, waitsFor };
      }
      const leaseUntil = Number(before.leaseUntil);
      if (isLeaseRunning(leaseUntil, now)) return { kind: 'busy' };
      const claimedAt = Number(before.claimedAt);
      // The previous release did not store `digest`.
      const firstDigest = before.digest === undefined ? digest : (before.digest as number | null);
      const firstWaitsFor = (before.waitsFor ?? waitsFor) as ScheduledKind | undefined;
      const firstDailyAt = before.dailyAt as number | undefined;
      const taken = await table.put(
        {
          ...key(alertId),
          ...claimed,
          claimedAt,
          covers: covered,
          digest: firstDigest,
          ...(firstWaitsFor ? { waitsFor: firstWaitsFor } : {}),
          ...(firstDailyAt === undefined ? {} : { dailyAt: firstDailyAt }),
          ...(before.storyId ? { storyId: before.storyId } : {}),
          ...(before.role ? { role: before.role } : {}),
          protocols: protocolsOf(before),
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
        dailyAt: firstDailyAt,
      };
    },
    async settle(alertId, outcome, now, logFields) {
      await table.put({
        ...logFields,
        ...key(alertId),
        state: outcome,
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
