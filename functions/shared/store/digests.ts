import type { AlertEntry, Protocol } from '../model.ts';
import { protocolAttributes, protocolsOf } from './protocol-attributes.ts';
import type { Attributes, Table } from './table.ts';

/**
 * What an entry waits for: its topic's digest, the welcome digest of a new feed, its story's next follow-up, or the
 * topic's round-up. The next follow-up of its story takes along what waits for the round-up.
 */
export type ScheduledKind = 'digest' | 'welcome' | 'follow-up' | 'roundup';

/** An entry that waits to be sent. */
export interface DigestEntry {
  /** Sort key: entries of one digest are in order of their arrival. */
  readonly key: string;
  readonly kind: ScheduledKind;
  readonly protocols: readonly Protocol[];
  readonly entry: AlertEntry;
  /** Its feed brought many at once, and of some there may be no entry. */
  readonly isGathered?: boolean;
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
  /** Which digests are due, once each; one with very many entries does not hide those after it. */
  due(now: number): Promise<{ topicId: string; dueAt: string }[]>;
  /** How many entries wait for each message that is due by then; of very many, those that are due first. */
  waiting(until: number): Promise<{ topicId: string; dueAt: string; kind: ScheduledKind; alerts: number }[]>;
  /** The entries that came first, 3,000 at most. */
  entries(topicId: string, dueAt: string): Promise<DigestEntry[]>;
  /** Those of these keys that still wait. */
  byKeys(topicId: string, keys: readonly string[]): Promise<DigestEntry[]>;
  /** What waits for the topic's round-ups that are due after a time, of the entries that are due first. */
  forRoundUps(topicId: string, after: number): Promise<DigestEntry[]>;
  /** Reserves an entry for one message. False where another has reserved it, or it is gone. */
  reserve(topicId: string, key: string, message: string): Promise<boolean>;
  /** Leaves a mark of each, for `add`. */
  remove(topicId: string, entries: readonly Pick<DigestEntry, 'key' | 'entry'>[]): Promise<void>;
}

const DUE_PARTITION = 'DIGEST';
/** How long the mark of a sent entry is kept, so that an attempt which comes after that does not add it again. */
const KEPT_DAYS = 30;
/** Enough for every topic of a large configuration at once; the next tick takes what is left. */
const DUE_PAGE_SIZE = 1_000;
const MAX_DUE_PAGES = 10;
/** Waiting entries that are counted for a display. */
const MAX_COUNTED = 5_000;
/** Some megabytes at once; of larger digests, the next reads find the others once these are removed. */
export const MAX_ENTRIES = 3_000;
/** Waiting entries that a follow-up looks through for retellings of its story. */
const MAX_SCANNED_ENTRIES = 1_000;
/** Writes at once. */
const MAX_CONCURRENT_WRITES = 10;

export function digests(table: Table): Digests {
  const partition = (topicId: string) => `TOPIC#${topicId}`;
  const prefix = (dueAt: string) => `DIGEST#${dueAt}#`;
  const find = async (topicId: string, from: string, to: string, limit: number): Promise<DigestEntry[]> => {
    const found: DigestEntry[] = [];
    // Marks of what was sent stand between the entries.
    for (let next = from; ; ) {
      const records = await table.query({ pk: partition(topicId), from: next, to: `${to}~`, limit });
      found.push(...records.flatMap(entriesIn));
      if (records.length < limit || found.length >= limit) return found.slice(0, limit);
      next = `${records.at(-1)?.sk} `;
    }
  };
  return {
    async add({ topicId, dueAt }, { id, claimedAt }, { kind, protocols, entry, isGathered }) {
      const due = new Date(dueAt).toISOString();
      const key = {
        pk: partition(topicId),
        sk: `${prefix(due)}${new Date(claimedAt).toISOString()}#${id}`,
      };
      const added = await table.put(
        {
          ...key,
          kind,
          ...protocolAttributes(protocols),
          entry,
          ...(isGathered ? { isGathered } : {}),
          ...(kind === 'roundup' ? { reservedBy: '' } : {}),
          duePk: DUE_PARTITION,
          dueSk: `${due}#${topicId}#${id}`,
        },
        { absent: true },
      );
      if (added) return entry.itemId;
      const before = (await table.get(key)) ?? {};
      return String((before.entry as AlertEntry | undefined)?.itemId ?? before.itemId ?? entry.itemId);
    },
    async due(now) {
      const found = new Map<string, { topicId: string; dueAt: string }>();
      const to = `${new Date(now).toISOString()}~`;
      for (let from = '', page = 0; page < MAX_DUE_PAGES; page++) {
        const records = await table.queryDue({ pk: DUE_PARTITION, from, to, limit: DUE_PAGE_SIZE });
        for (const { dueSk } of records) {
          const [dueAt = '', topicId = ''] = String(dueSk).split('#');
          found.set(`${dueAt}#${topicId}`, { topicId, dueAt });
        }
        if (records.length < DUE_PAGE_SIZE) break;
        // After all others of the digest that the page ends with.
        from = `${[...found.keys()].at(-1)}#~`;
      }
      return [...found.values()];
    },
    async waiting(until) {
      const to = `${new Date(until).toISOString()}~`;
      const records = await table.queryDue({ pk: DUE_PARTITION, from: '', to, limit: MAX_COUNTED });
      const messages = Map.groupBy(records, ({ dueSk, kind }) => {
        const [dueAt = '', topicId = ''] = String(dueSk).split('#');
        return `${dueAt}#${topicId}#${kindOf(kind)}`;
      });
      return [...messages].map(([key, { length }]) => {
        const [dueAt = '', topicId = '', kind] = key.split('#');
        return { topicId, dueAt, kind: kindOf(kind), alerts: length };
      });
    },
    entries: (topicId, dueAt) => find(topicId, prefix(dueAt), prefix(dueAt), MAX_ENTRIES),
    async byKeys(topicId, keys) {
      const records = await Promise.all(keys.map((sk) => table.get({ pk: partition(topicId), sk })));
      return records.flatMap((record) => (record ? entriesIn(record) : []));
    },
    async forRoundUps(topicId, after) {
      const from = prefix(new Date(after).toISOString());
      const all = await find(topicId, from, 'DIGEST#', MAX_SCANNED_ENTRIES);
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
      const mark = ({ key: sk, entry }: Pick<DigestEntry, 'key' | 'entry'>) =>
        table.put({
          pk: partition(topicId),
          sk,
          itemId: entry.itemId,
          expiresAt: Math.floor(Date.parse(sk.split('#')[1] ?? '') / 1000) + KEPT_DAYS * 86_400,
        });
      for (let n = 0; n < entries.length; n += MAX_CONCURRENT_WRITES) {
        await Promise.all(entries.slice(n, n + MAX_CONCURRENT_WRITES).map(mark));
      }
    },
  };
}

/** Entries of 0.1.0 have no kind. */
const kindOf = (kind: unknown): ScheduledKind => (kind ?? 'digest') as ScheduledKind;

/** None where the record is the mark of an entry that was sent. */
function entriesIn(record: Attributes): DigestEntry[] {
  if (record.entry === undefined) return [];
  return [
    {
      key: String(record.sk),
      kind: kindOf(record.kind),
      protocols: protocolsOf(record),
      entry: record.entry as AlertEntry,
      ...(record.isGathered === true ? { isGathered: true } : {}),
      ...(record.reservedBy ? { reservedBy: String(record.reservedBy) } : {}),
    },
  ];
}
