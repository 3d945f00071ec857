import type { DeliveryName } from '../pipeline.ts';
import { isLeaseRunning } from './claims.ts';
import { partitionPrefix } from './recipient-problems.ts';
import { having, named, number, optional, readRecord, type Shape, text } from './record-shape.ts';
import type { Condition, Table } from './table.ts';

/** How far an alert is on its way to one recipient that we send it to ourselves. */
export interface RecipientState {
  /** `claimed`: an attempt sends it, until its lease ends. `failed`: it is not tried again in its queue message. */
  readonly state: 'claimed' | 'waiting' | 'sent' | 'failed';
  /** Number of attempts so far. */
  readonly tries: number;
  /** Identifies the latest attempt. */
  readonly owner: string;
  /** End of the lease, ms. */
  readonly leaseUntil?: number | undefined;
  /** Of an alert that fills several messages: how many there are, and how many of them were accepted. */
  readonly parts?: { readonly of: number; readonly accepted: number } | undefined;
  /** The thread that the messages so far are in. */
  readonly thread?: string | undefined;
  /** When the first try failed, ms. */
  readonly since?: number | undefined;
  /** Earliest time of the next try, ms. */
  readonly nextAt?: number | undefined;
  /** Why the last try failed. */
  readonly detail?: string | undefined;
  /** When SQS received the message in which the alert failed, ms. A later message, as after a redrive, is tried again. */
  readonly failedIn?: number | undefined;
}

/** The progress of an attempt so far. */
export type RecipientProgress = Pick<RecipientState, 'parts' | 'thread'>;

/** A claim of an attempt, with the state that it found. */
export interface RecipientClaim {
  readonly alertId: string;
  readonly recipient: string;
  readonly tries: number;
  readonly owner: string;
  /** An earlier attempt never settled its claim, so it may have sent the alert. */
  readonly isResumed: boolean;
  /** Of an unfinished attempt. */
  readonly before: RecipientProgress & Pick<RecipientState, 'since' | 'detail'>;
}

type Settlement = RecipientProgress &
  (
    | { readonly state: 'sent' }
    | ({ readonly state: 'waiting'; readonly nextAt: number } & Pick<RecipientState, 'since' | 'detail'>)
    | { readonly state: 'failed'; readonly failedIn: number; readonly detail: string }
  );

/**
 * Claims make an alert reach each recipient once: an attempt claims the alert for a recipient, sends it, and
 * settles the claim. After the lease of an attempt that never settled, another one sends the alert again.
 */
export interface RecipientClaims {
  /** Returns the states of an alert by recipient. Recipients without an attempt have none. */
  of(alertId: string): Promise<ReadonlyMap<string, RecipientState>>;
  /** Claims an alert, if its state is still the one that was read. Returns undefined if another attempt was faster. */
  claim(
    alertId: string,
    recipient: string,
    before: RecipientState | undefined,
    now: number,
  ): Promise<RecipientClaim | undefined>;
  /** Stores the progress of a claim, and extends its lease. */
  extend(claim: RecipientClaim, progress: RecipientProgress, now: number): Promise<void>;
  /** Ends a claim. Unless the alert was sent, this has no effect if another attempt has claimed the alert since. */
  settle(claim: RecipientClaim, settlement: Settlement, now: number): Promise<void>;
}

/**
 * Twice as long as the function may run, so that no other attempt begins while one is still sending. The queue hides a message
 * for longer than this, so a shorter lease would not help after a crash.
 */
export const RECIPIENT_LEASE_MS = 120_000;
/** Longer than dead letters can be redriven, and than SQS keeps a message then. */
const KEPT_SECONDS = 30 * 86_400;

const SHAPE: Shape<RecipientState> = {
  state: named<RecipientState['state']>(),
  tries: number,
  owner: text,
  leaseUntil: optional(number),
  parts: optional(having({ of: number, accepted: number })),
  thread: optional(text),
  since: optional(number),
  nextAt: optional(number),
  detail: optional(text),
  failedIn: optional(number),
};

/** Returns the claims of one function in a table. `worker` must be unique among all claiming processes. */
export function recipientClaims(table: Table, name: DeliveryName, worker: string): RecipientClaims {
  let attempts = 0;
  const partition = (alertId: string) => `${partitionPrefix(name)}ALERT#${alertId}`;
  const key = ({ alertId, recipient }: Pick<RecipientClaim, 'alertId' | 'recipient'>) => ({
    pk: partition(alertId),
    sk: recipient,
  });
  const expiry = (now: number) => Math.floor(now / 1_000) + KEPT_SECONDS;
  const isStillOurs = ({ owner }: RecipientClaim): Condition => ({ attribute: 'owner', equals: owner });
  return {
    async of(alertId) {
      const records = await table.query({ pk: partition(alertId), from: '', to: '~' });
      return new Map(records.map((record) => [String(record.sk), readRecord(record, SHAPE)]));
    },
    async claim(alertId, recipient, before, now) {
      const owner = `${worker}#${++attempts}`;
      const { parts, thread, since, detail } = before ?? {};
      const kept = { parts, thread, ...(before?.state === 'failed' ? {} : { since, detail }) };
      const isResumed = before?.state === 'claimed';
      const claim = { alertId, recipient, owner, tries: (before?.tries ?? 0) + 1, isResumed, before: kept };
      const record = {
        ...key(claim),
        ...kept,
        state: 'claimed',
        owner,
        tries: claim.tries,
        leaseUntil: now + RECIPIENT_LEASE_MS,
        expiresAt: expiry(now),
      };
      if (await table.put(record, before === undefined ? { absent: true } : unchanged(before))) return claim;
      // The first put may have succeeded, its answer was lost, and the SDK tried again.
      return (await table.get(key(claim)))?.owner === owner ? claim : undefined;
    },
    async extend(claim, progress, now) {
      const { owner, tries, before } = claim;
      const record = { ...key(claim), ...before, ...progress, state: 'claimed', owner, tries };
      await table.put(
        { ...record, leaseUntil: now + RECIPIENT_LEASE_MS, expiresAt: expiry(now) },
        isStillOurs(claim),
      );
    },
    async settle(claim, settlement, now) {
      const { owner, tries } = claim;
      const record = { ...key(claim), ...settlement, owner, tries, expiresAt: expiry(now) };
      await table.put(record, settlement.state === 'sent' ? undefined : isStillOurs(claim));
    },
  };
}

/** Holds if nobody has claimed, extended or settled since the state was read. */
function unchanged({ state, owner, leaseUntil }: RecipientState): Condition {
  return {
    all: [
      { attribute: 'state', equals: state },
      { attribute: 'owner', equals: owner },
      ...(leaseUntil === undefined ? [] : [{ attribute: 'leaseUntil', equals: leaseUntil }]),
    ],
  };
}

/** Returns whether an attempt is under way. */
export function isClaimed({ state, leaseUntil = 0 }: RecipientState, now: number): boolean {
  return state === 'claimed' && isLeaseRunning(leaseUntil, now, RECIPIENT_LEASE_MS);
}
