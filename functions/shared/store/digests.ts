import type { AlertEntry, Protocol } from '../model.ts';
import { protocolsOf } from './protocol-attributes.ts';
import { type ReportedItem, reportedItem, reportedItemIn } from './reported-item.ts';
import { topicPartition } from './stories.ts';
import type { Attributes, Table } from './table.ts';

/**
 * The kind of message an entry waits for: its topic's digest, the welcome digest of a new feed, its story's next
 * follow-up, the topic's round-up, or the mail of those who get one a day. A follow-up also takes its story's entries from
 * the round-up.
 */
export type ScheduledKind = 'digest' | 'welcome' | 'follow-up' | 'roundup' | 'daily';

/** An entry that waits for a message. */
export interface DigestEntry {
  /** Sort key: orders the entries of a digest by arrival. */
  readonly key: string;
  readonly kind: ScheduledKind;
  readonly protocols: readonly Protocol[];
  readonly entry: AlertEntry;
  /** The feed published many items at once, and some of them may have no entry. */
  readonly isGathered?: boolean;
  /** Those who get one mail a day have an entry of their own for the same report. */
  readonly hasDaily?: boolean;
  /** The message that has reserved the entry, if several messages could send it. */
  readonly reservedBy?: string;
}

export interface Digests {
  /**
   * Adds an entry, unless one with the same topic, due time, alert and claim time exists or existed. `replaces`: takes the
   * place of such an entry while it waits. Returns the item of the entry that counts, the new one or the earlier one, and
   * the entry unless it was sent.
   */
  add(
    digest: { topicId: string; dueAt: number },
    alert: { id: string; claimedAt: number },
    waiting: Omit<DigestEntry, 'key' | 'reservedBy'>,
    options?: { readonly replaces?: boolean },
  ): Promise<{ readonly reported: ReportedItem; readonly entry?: AlertEntry }>;
  /** Returns the due digests, each once. A digest with very many entries does not hide the ones after it. */
  due(now: number): Promise<{ topicId: string; dueAt: string }[]>;
  /** Counts the entries of each message that is due by `until`. Counts 5,000 entries at most, earliest due first. */
  waiting(until: number): Promise<{ topicId: string; dueAt: string; kind: ScheduledKind; alerts: number }[]>;
  /** Returns the first 3,000 entries. */
  entries(topicId: string, dueAt: string): Promise<DigestEntry[]>;
  /** Returns the entries with these keys that are still waiting. */
  byKeys(topicId: string, keys: readonly string[]): Promise<DigestEntry[]>;
  /** Returns the entries of round-ups that are due after a time. Scans 1,000 entries at most, earliest due first. */
  forRoundUps(topicId: string, after: number): Promise<DigestEntry[]>;
  /** Reserves an entry for one message. Returns false if another message has reserved the entry, or if the entry is gone. */
  reserve(topicId: string, key: string, message: string): Promise<boolean>;
  /** Removes entries and leaves a mark in place of each, so that `add` does not add it again. */
  remove(topicId: string, entries: readonly Pick<DigestEntry, 'key' | 'entry'>[]): Promise<void>;
}

const DUE_PARTITION = 'DIGEST';
/** How long the mark of a sent entry keeps late attempts from adding the entry again. */
const KEPT_DAYS = 30;
/** Enough for every topic of a large configuration at once; the next tick handles the rest. */
const DUE_PAGE_SIZE = 1_000;
const MAX_DUE_PAGES = 10;
/** Waiting entries counted for display. */
const MAX_COUNTED = 5_000;
/** A few megabytes. Later reads find the rest of a larger digest once these are removed. */
export const MAX_ENTRIES = 3_000;
/** Waiting entries that a follow-up scans for retellings of its story. */
const MAX_SCANNED_ENTRIES = 1_000;
const MAX_CONCURRENT_WRITES = 10;

export function digests(table: Table): Digests {
  const partition = topicPartition;
  const prefix = (dueAt: string) => `DIGEST#${dueAt}#`;
  const find = async (topicId: string, from: string, to: string, limit: number): Promise<DigestEntry[]> => {
    const found: DigestEntry[] = [];
    // Marks of sent entries lie between the entries.
    for (let next = from; ; ) {
      const records = await table.query({ pk: partition(topicId), from: next, to: `${to}~`, limit });
      found.push(...records.flatMap(entriesIn));
      if (records.length < limit || found.length >= limit) return found.slice(0, limit);
      next = `${records.at(-1)?.sk} `;
    }
  };
  return {
    async add({ topicId, dueAt }, { id, claimedAt }, waiting, { replaces = false } = {}) {
      const { kind, protocols, entry, isGathered, hasDaily } = waiting;
      const due = new Date(dueAt).toISOString();
      const key = {
        pk: partition(topicId),
        sk: `${prefix(due)}${new Date(claimedAt).toISOString()}#${id}`,
      };
      const added = await table.put(
        {
          ...key,
          kind,
          protocols,
          entry,
          ...(isGathered ? { isGathered } : {}),
          ...(hasDaily ? { hasDaily } : {}),
          ...(kind === 'roundup' ? { reservedBy: '' } : {}),
          duePk: DUE_PARTITION,
          dueSk: `${due}#${topicId}#${id}`,
        },
        // The mark of a sent entry has no kind.
        replaces ? { any: [{ absent: true }, { attribute: 'kind', equals: kind }] } : { absent: true },
      );
      const before = added ? { entry } : ((await table.get(key)) ?? {});
      if (before.entry) {
        const counted = before.entry as AlertEntry;
        return { reported: reportedItem(counted), entry: counted };
      }
      return { reported: reportedItemIn(before) ?? reportedItem(entry) };
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
        // Skip the rest of the digest that the page ends with.
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
      const recordKey = { pk: partition(topicId), sk: key };
      const record = await table.get(recordKey);
      if (record?.entry === undefined) return false;
      if (record.reservedBy === message) return true;
      const reserved = { ...record, ...recordKey, reservedBy: message };
      if (await table.put(reserved, { attribute: 'reservedBy', equals: '' })) return true;
      // The first put may have succeeded, its answer been lost, and the SDK tried again.
      return (await table.get(recordKey))?.reservedBy === message;
    },
    async remove(topicId, entries) {
      const mark = ({ key: sk, entry }: Pick<DigestEntry, 'key' | 'entry'>) =>
        table.put({
          pk: partition(topicId),
          sk,
          ...reportedItem(entry),
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

/** Returns the entry of a record, or none if the record is the mark of a sent entry. */
function entriesIn(record: Attributes): DigestEntry[] {
  if (record.entry === undefined) return [];
  return [
    {
      key: String(record.sk),
      kind: kindOf(record.kind),
      protocols: protocolsOf(record),
      entry: record.entry as AlertEntry,
      ...(record.isGathered === true ? { isGathered: true } : {}),
      ...(record.hasDaily === true ? { hasDaily: true } : {}),
      ...(record.reservedBy ? { reservedBy: String(record.reservedBy) } : {}),
    },
  ];
}
