import { SIGNATURE_METHODS, type SignatureMethod } from '../messages.ts';
import { named, number, optional, readRecord, type Shape, text } from './record-shape.ts';
import type { Table } from './table.ts';

/** A subscription to a feed at a WebSub hub, as the function that receives pushes needs it. */
export interface PushSubscription {
  readonly hub: string;
  /** The subscribed address of the feed. */
  readonly topic: string;
  /** The part of the callback's address that nobody else knows. */
  readonly token: string;
  /** Key of the signatures. */
  readonly secret: string;
  /** The strongest method that the hub has signed with. Weaker ones are refused from then on. */
  readonly signedWith?: SignatureMethod | undefined;
  /** The hour, in hours since the epoch, in which the last push was received, and the number of pushes in that hour. */
  readonly hour?: number | undefined;
  readonly pushes?: number | undefined;
}

export interface PushSubscriptions {
  get(feedId: string): Promise<PushSubscription | undefined>;
  put(feedId: string, subscription: PushSubscription, now: number): Promise<void>;
  /** Counts a push, and notes the method of its signature. Does nothing if there is another subscription now. */
  count(feedId: string, signedWith: SignatureMethod, now: number): Promise<void>;
  /** Returns whether a push was processed before. */
  isProcessed(feedId: string, pushId: string): Promise<boolean>;
  recordProcessed(feedId: string, pushId: string, now: number): Promise<void>;
}

const SHAPE: Shape<PushSubscription> = {
  hub: text,
  topic: text,
  token: text,
  secret: text,
  signedWith: optional(named<SignatureMethod>()),
  hour: optional(number),
  pushes: optional(number),
};

const HOUR_MS = 3_600_000;
const hourOf = (now: number) => Math.floor(now / HOUR_MS);

/** Returns the number of pushes in this hour. */
export function pushesInHour({ hour, pushes = 0 }: PushSubscription, now: number): number {
  return hour === hourOf(now) ? pushes : 0;
}

const rank = (method: SignatureMethod) => SIGNATURE_METHODS.indexOf(method);

/** Returns whether a signature is weaker than one that the hub has used. */
export function isWeaker(method: SignatureMethod, { signedWith = method }: PushSubscription): boolean {
  return rank(method) < rank(signedWith);
}

/** Subscriptions are written again every few days. */
const KEPT_SECONDS = 40 * 86_400;

const key = (feedId: string) => ({ pk: `PUSH#${feedId}`, sk: 'SUBSCRIPTION' });
const processedKey = (feedId: string, pushId: string) => ({
  pk: `PUSH#${feedId}`,
  sk: `PROCESSED#${pushId}`,
});
const expiresAt = (now: number) => Math.floor(now / 1000) + KEPT_SECONDS;

export function pushSubscriptions(table: Table): PushSubscriptions {
  const get = async (feedId: string) => {
    const record = await table.get(key(feedId));
    return record && readRecord(record, SHAPE);
  };
  return {
    get,
    async count(feedId, method, now) {
      const known = await get(feedId);
      if (!known) return;
      const signedWith = isWeaker(method, known) ? known.signedWith : method;
      const counted = { ...known, signedWith, hour: hourOf(now), pushes: pushesInHour(known, now) + 1 };
      const record = { ...key(feedId), ...counted, expiresAt: expiresAt(now) };
      await table.put(record, { attribute: 'token', equals: known.token });
    },
    async put(feedId, subscription, now) {
      await table.put({ ...key(feedId), ...subscription, expiresAt: expiresAt(now) });
    },
    async isProcessed(feedId, pushId) {
      return (await table.get(processedKey(feedId, pushId))) !== undefined;
    },
    async recordProcessed(feedId, pushId, now) {
      await table.put({ ...processedKey(feedId, pushId), expiresAt: expiresAt(now) });
    },
  };
}
