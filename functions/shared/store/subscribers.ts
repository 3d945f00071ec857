import type { Protocol } from '../model.ts';
import {
  having,
  listOf,
  mapOf,
  named,
  number,
  optional,
  readRecord,
  type Shape,
  text,
  yes,
} from './record-shape.ts';
import type { Table } from './table.ts';

/** The choices of a person on the sign-up page or by a link in a message. SNS stores the address. */
export interface Subscriber {
  readonly protocol: Protocol;
  /** ARN of the subscription to each topic, by the topic's id; '' while it is not known yet. */
  readonly subscriptions: Readonly<Record<string, string>>;
  /** Nothing is sent until then, ISO. */
  readonly pausedUntil?: string;
  /** By email, the person gets one mail a day in place of each alert. */
  readonly daily?: true;
  /** The person had chosen one mail a day, and still gets the one that is due then, ISO. */
  readonly dailyUntil?: string;
  /** Stories that are not sent, oldest first. */
  readonly muted?: readonly MutedStory[];
  /** Set until SNS is known to have these settings. */
  readonly unsettled?: true;
  /** Number of writes. */
  readonly version: number;
}

export interface MutedStory {
  readonly storyId: string;
  /** When the story is over, ISO. */
  readonly until: string;
}

export interface Subscribers {
  get(id: string): Promise<Subscriber | undefined>;
  /** Replaces `before`, or adds a subscriber. Returns false if the record was written since `before` was read. */
  put(
    id: string,
    before: Subscriber | undefined,
    after: Omit<Subscriber, 'version'>,
    now: number,
  ): Promise<boolean>;
  /** Deletes `before`. Returns false if the record was written since it was read. */
  delete(id: string, before: Subscriber): Promise<boolean>;
  /** Returns the ids of subscribers whose settings are to be put in force or have ended, at most `limit`. */
  due(now: number, limit: number): Promise<string[]>;
}

export const SUBSCRIBERS_DUE = 'SUBSCRIBERS';
const PREFIX = 'SUBSCRIBER#';
const SUBSCRIBER: Shape<Subscriber> = {
  protocol: named<Protocol>(),
  subscriptions: mapOf(text),
  pausedUntil: optional(text),
  daily: optional(yes),
  dailyUntil: optional(text),
  muted: optional(listOf(having<MutedStory>({ storyId: text, until: text }))),
  unsettled: optional(yes),
  version: number,
};

export function subscribers(table: Table): Subscribers {
  const key = (id: string) => ({ pk: `${PREFIX}${id}`, sk: 'SUBSCRIBER' });
  return {
    async get(id) {
      const record = await table.get(key(id));
      if (!record) return undefined;
      const {
        duePk: _duePk,
        dueSk: _dueSk,
        ...subscriber
      } = readRecord(record, SUBSCRIBER) as Subscriber & {
        readonly duePk?: string;
        readonly dueSk?: string;
      };
      return subscriber;
    },
    put(id, before, after, now) {
      const { pausedUntil = [], dailyUntil = [], muted = [] } = after;
      const times = [pausedUntil, dailyUntil, muted.map(({ until }) => until)].flat();
      const dueAt = after.unsettled ? new Date(now).toISOString() : times.sort()[0];
      return table.put(
        {
          ...key(id),
          ...after,
          version: (before?.version ?? 0) + 1,
          ...(dueAt === undefined ? {} : { duePk: SUBSCRIBERS_DUE, dueSk: `${dueAt}#${id}` }),
        },
        before ? { attribute: 'version', equals: before.version } : { absent: true },
      );
    },
    delete: (id, { version }) => table.delete(key(id), { attribute: 'version', equals: version }),
    async due(now, limit) {
      const to = `${new Date(now).toISOString()}~`;
      const records = await table.queryDue({ pk: SUBSCRIBERS_DUE, from: '', to, limit });
      return records.map(({ pk }) => String(pk).slice(PREFIX.length));
    },
  };
}
