import type { AlertEntry, Protocol } from '../model.ts';
import { noted, protocolsOf } from './claims.ts';
import type { Attributes, Table } from './table.ts';

/**
 * What an entry waits for: its topic's digest, the welcome digest of a new feed, its story's next follow-up, or the
 * topic's round-up. The next follow-up of its story takes along what waits for the round-up.
 */
export type WaitsFor = 'digest' | 'welcome' | 'follow-up' | 'roundup';

/** An entry that waits to be sent. */
export interface DigestEntry {
  /** Sort key: entries of one digest are in order of their arrival. */
  readonly key: string;
  readonly kind: WaitsFor;
  readonly protocols: readonly Protocol[];
  readonly entry: AlertEntry;
  /** The message that is to have it, where several could. */
  readonly reservedBy?: string;
}

export interface Digests {
  /**
   * Adds an entry, unless there is or was one for the same topic, due date, alert and time of its claim. Returns the item
   * that the one which is or was there names.
   */
  add(
    digest: { topicId: string; dueAt: number },
    alert: { id: string; claimedAt: number },
    waiting: Omit<DigestEntry, 'key' | 'reservedBy'>,
  ): Promise<string>;
  /** Which digests are due, once each. */
  due(now: number): Promise<{ topicId: string; dueAt: string }[]>;
  /** How many entries wait for each message that is due by then; of very many, those that are due first. */
  waiting(until: number): Promise<{ topicId: string; dueAt: string; kind: WaitsFor; alerts: number }[]>;
  entries(topicId: string, dueAt: string): Promise<DigestEntry[]>;
  /** Those of these keys that still wait. */
  byKeys(topicId: string, keys: readonly string[]): Promise<DigestEntry[]>;
  /** What waits for the topic's round-ups that are due after a time. */
  forRoundUps(topicId: string, after: number): Promise<DigestEntry[]>;
  /** Reserves an entry for one message. False where another has reserved it, or it is gone. */
  reserve(topicId: string, key: string, message: string): Promise<boolean>;
  /** Leaves a mark of each, for `add`. */
  remove(topicId: string, entries: readonly Pick<DigestEntry, 'key' | 'entry'>[]): Promise<void>;
}

const DUE = 'DIGEST';
/** How long the mark of a sent entry is kept, so that an attempt which comes after that does not add it again. */
const KEPT_DAYS = 30;
/** Enough for every topic of a large configuration at once; the next tick takes what is left. */
const DUE_LIMIT = 5_000;

export function digests(table: Table): Digests {
  const partition = (topicId: string) => `TOPIC#${topicId}`;
  const prefix = (dueAt: string) => `DIGEST#${dueAt}#`;
  const find = async (topicId: string, from: string, to: string): Promise<DigestEntry[]> => {
    const records = await table.query({ pk: partition(topicId), from, to: `${to}~` });
    return records.flatMap(entriesIn);
  };
  const findDue = (until: number) =>
    table.queryDue({ pk: DUE, from: '', to: `${new Date(until).toISOString()}~`, limit: DUE_LIMIT });
  return {
    async add({ topicId, dueAt }, { id, claimedAt }, { kind, protocols, entry }) {
      const due = new Date(dueAt).toISOString();
      const key = {
        pk: partition(topicId),
        sk: `${prefix(due)}${new Date(claimedAt).toISOString()}#${id}`,
      };
      const added = await table.put(
        {
          ...key,
          kind,
          ...noted(protocols),
          entry,
          ...(kind === 'roundup' ? { reservedBy: '' } : {}),
          duePk: DUE,
          dueSk: `${due}#${topicId}#${id}`,
        },
        { absent: true },
      );
      if (added) return entry.itemId;
      const before = (await table.get(key)) ?? {};
      return String((before.entry as AlertEntry | undefined)?.itemId ?? before.itemId ?? entry.itemId);
    },
    async due(now) {
      const records = await findDue(now);
      const found = new Map<string, { topicId: string; dueAt: string }>();
      for (const { dueSk } of records) {
        const [dueAt = '', topicId = ''] = String(dueSk).split('#');
        found.set(`${dueAt}#${topicId}`, { topicId, dueAt });
      }
      return [...found.values()];
    },
    async waiting(until) {
      const records = await findDue(until);
      const messages = Map.groupBy(records, ({ dueSk, kind }) => {
        const [dueAt = '', topicId = ''] = String(dueSk).split('#');
        return `${dueAt}#${topicId}#${kindOf(kind)}`;
      });
      return [...messages].map(([key, { length }]) => {
        const [dueAt = '', topicId = '', kind] = key.split('#');
        return { topicId, dueAt, kind: kindOf(kind), alerts: length };
      });
    },
    entries: (topicId, dueAt) => find(topicId, prefix(dueAt), prefix(dueAt)),
    async byKeys(topicId, keys) {
      const records = await Promise.all(keys.map((sk) => table.get({ pk: partition(topicId), sk })));
      return records.flatMap((record) => (record ? entriesIn(record) : []));
    },
    async forRoundUps(topicId, after) {
      const all = await find(topicId, prefix(new Date(after).toISOString()), 'DIGEST#');
      return all.filter(({ kind }) => kind === 'roundup');
    },
    async reserve(topicId, key, message) {
      const of = { pk: partition(topicId), sk: key };
      const record = await table.get(of);
      if (record?.entry === undefined) return false;
      if (record.reservedBy === message) return true;
      const reserved = { ...record, ...of, reservedBy: message };
      if (await table.put(reserved, { attribute: 'reservedBy', equals: '' })) return true;
      // The SDK may have tried the put again after it had succeeded without an answer.
      return (await table.get(of))?.reservedBy === message;
    },
    async remove(topicId, entries) {
      for (const { key: sk, entry } of entries) {
        const dueAt = Date.parse(sk.split('#')[1] ?? '');
        await table.put({
          pk: partition(topicId),
          sk,
          itemId: entry.itemId,
          expiresAt: Math.floor(dueAt / 1000) + KEPT_DAYS * 86_400,
        });
      }
    },
  };
}

/** Entries of 0.1.0 have no kind. */
const kindOf = (kind: unknown): WaitsFor => (kind ?? 'digest') as WaitsFor;

/** None where the record is the mark of an entry that was sent. */
function entriesIn(record: Attributes): DigestEntry[] {
  if (record.entry === undefined) return [];
  return [
    {
      key: String(record.sk),
      kind: kindOf(record.kind),
      protocols: protocolsOf(record),
      entry: record.entry as AlertEntry,
      ...(record.reservedBy ? { reservedBy: String(record.reservedBy) } : {}),
    },
  ];
}
