import type { AlertEntry, Protocol } from '../model.ts';
import { noted, protocolsOf } from './claims.ts';
import type { Table } from './table.ts';

/** An alert that waits for its digest. */
export interface DigestEntry {
  /** Sort key: entries of one digest are in order of their arrival. */
  readonly key: string;
  readonly kind: 'digest' | 'welcome';
  readonly protocols: readonly Protocol[];
  readonly entry: AlertEntry;
}

export interface Digests {
  /** Idempotent for the same topic, due date, alert and time of its claim. */
  add(
    digest: { topicId: string; dueAt: number },
    alert: { id: string; claimedAt: number },
    waiting: Omit<DigestEntry, 'key'>,
  ): Promise<void>;
  /** Which digests are due, once each. */
  due(now: number): Promise<{ topicId: string; dueAt: string }[]>;
  entries(topicId: string, dueAt: string): Promise<DigestEntry[]>;
  remove(topicId: string, keys: readonly string[]): Promise<void>;
}

const DUE = 'DIGEST';
/** Enough for every topic of a large configuration at once; the next tick takes what is left. */
const DUE_LIMIT = 5_000;

export function digests(table: Table): Digests {
  const partition = (topicId: string) => `TOPIC#${topicId}`;
  const prefix = (dueAt: string) => `DIGEST#${dueAt}#`;
  return {
    async add({ topicId, dueAt }, { id, claimedAt }, { kind, protocols, entry }) {
      const due = new Date(dueAt).toISOString();
      await table.put({
        pk: partition(topicId),
        sk: `${prefix(due)}${new Date(claimedAt).toISOString()}#${id}`,
        kind,
        ...noted(protocols),
        entry,
        duePk: DUE,
        dueSk: `${due}#${topicId}#${id}`,
      });
    },
    async due(now) {
      const records = await table.queryDue({
        pk: DUE,
        from: '',
        to: `${new Date(now).toISOString()}~`,
        limit: DUE_LIMIT,
      });
      const found = new Map<string, { topicId: string; dueAt: string }>();
      for (const { dueSk } of records) {
        const [dueAt = '', topicId = ''] = String(dueSk).split('#');
        found.set(`${dueAt}#${topicId}`, { topicId, dueAt });
      }
      return [...found.values()];
    },
    async entries(topicId, dueAt) {
      const from = prefix(dueAt);
      const records = await table.query({ pk: partition(topicId), from, to: `${from}~` });
      return records.map((record) => ({
        key: String(record.sk),
        kind: record.kind === 'welcome' ? 'welcome' : 'digest',
        protocols: protocolsOf(record),
        entry: record.entry as AlertEntry,
      }));
    },
    async remove(topicId, keys) {
      for (const sk of keys) await table.delete({ pk: partition(topicId), sk });
    },
  };
}
