import { digests, type WaitsFor } from '../functions/shared/store/digests.ts';
import type { Table } from '../functions/shared/store/table.ts';

/** Alerts of one topic that wait for the same message. */
export interface WaitingMessage {
  readonly topicId: string;
  readonly kind: WaitsFor;
  /** ISO. */
  readonly dueAt: string;
  readonly alerts: number;
}

/** Returns what waits to be sent by `until`, ms, soonest first. A retelling that a follow-up may take along counts with its round-up. */
export async function waitingMessages(table: Table, until: number): Promise<WaitingMessage[]> {
  const store = digests(table);
  const due = await store.due(until);
  const waiting = await Promise.all(
    due.map(async ({ topicId, dueAt }) => {
      const kinds = Map.groupBy(await store.entries(topicId, dueAt), ({ kind }) => kind);
      return Array.from(kinds, ([kind, entries]) => ({ topicId, kind, dueAt, alerts: entries.length }));
    }),
  );
  return waiting.flat().sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
}
