import { join } from 'node:path';
import { count } from '../../functions/shared/text/count.ts';
import type { PublishedMessage } from '../sns/outgoing-message.ts';
import { JsonLinesFile } from './json-lines-file.ts';
import {
  hasWaitingMail,
  isWaiting,
  type OutboxDelivery,
  type OutboxEntry,
  parseEntries,
  toOutboxEntry,
  withDelivery,
} from './outbox-entry.ts';

/** An email that waits to be sent to one recipient. */
export interface WaitingDelivery {
  readonly entry: OutboxEntry;
  readonly delivery: OutboxDelivery;
}

/** The record of what was published and what became of it at each recipient: the queue of emails is part of it. */
export interface Outbox {
  /**
   * Records a message with the state of its deliveries, in one step.
   * @throws NewsAlertsError when it cannot be kept on disk: then it must not count as published.
   */
  recordPublish(publish: PublishedMessage, deliveries?: readonly OutboxDelivery[]): OutboxEntry;
  /** Replaces what was known of a recipient, for one or several messages in one step. Never throws. */
  recordDelivery(messageIds: readonly string[], delivery: OutboxDelivery): void;
  /** Newest first. */
  recent(): readonly OutboxEntry[];
  /** Emails that are neither sent nor failed for good, in the order in which they were published. */
  waiting(): readonly WaitingDelivery[];
  close(): Promise<void>;
}

/** A publish and what became of it at two recipients, roughly. */
const RECORDS_PER_ENTRY = 3;

export const outboxFile = (dataDir: string): string => join(dataDir, 'outbox.jsonl');

/** Returns what a folder's outbox holds, also while another process writes to it. */
export function readOutbox(dataDir: string): ReadonlyMap<string, OutboxEntry> {
  return parseEntries(new JsonLinesFile(outboxFile(dataDir)).read()).entries;
}

interface OutboxOptions {
  readonly file?: string;
  readonly maxEntries?: number;
  /** Tells a person of a fault of the file. */
  readonly say?: (text: string) => void;
}

/**
 * Remembers the last `keep`, and everything that is open; with a file, over restarts.
 * @throws NewsAlertsError when the file cannot be read or written
 */
export function createOutbox({ file, maxEntries = 500, say }: OutboxOptions = {}): Outbox {
  const lines = file === undefined ? undefined : new JsonLinesFile(file);
  const { entries, unreadable } = parseEntries(lines?.read() ?? []);
  if (lines && unreadable.length > 0) {
    // The file is written anew below, and one of them may be an email that waits.
    const kept = lines.setAside(unreadable);
    say?.(
      `${file}: ${count(unreadable.length, 'line')} could not be read, and ${unreadable.length === 1 ? 'is' : 'are'} kept in ${kept}. ` +
        'An email that waited may be among them: look there for what was not sent',
    );
  }
  let appended = 0;
  let behind = false;

  const forget = () => {
    let excess = entries.size - maxEntries;
    for (const [id, entry] of entries) {
      if (excess <= 0) break;
      if (hasWaitingMail(entry)) continue;
      entries.delete(id);
      excess--;
    }
  };
  /** Writes anew what is remembered: the file stays about as long as that, and is whole again after a failed append. */
  const compact = () => {
    lines?.replace([...entries.values()].map((published) => ({ v: 1, published })));
    appended = 0;
    behind = false;
  };
  const append = (record: Readonly<Record<string, unknown>>) => {
    if (behind || appended >= Math.max(maxEntries, entries.size) * RECORDS_PER_ENTRY) compact();
    behind = true;
    lines?.append({ v: 1, ...record });
    behind = false;
    appended++;
  };

  forget();
  compact();

  return {
    recordPublish(publish, deliveries) {
      const published = toOutboxEntry(publish, deliveries);
      append({ published });
      entries.set(published.messageId, published);
      forget();
      return published;
    },
    recordDelivery([messageId = '', ...also], delivery) {
      for (const id of [messageId, ...also]) {
        const entry = entries.get(id);
        if (entry) entries.set(id, withDelivery(entry, delivery));
      }
      try {
        append({ delivered: { messageId, delivery, ...(also.length > 0 ? { also } : {}) } });
      } catch {
        // There is nobody left to stop. It is remembered, and written with the next record or on close.
      }
    },
    recent: () => [...entries.values()].reverse(),
    waiting: () =>
      [...entries.values()].flatMap((entry) =>
        entry.deliveries.filter(isWaiting).map((delivery) => ({ entry, delivery })),
      ),
    async close() {
      if (behind) compact();
      lines?.close();
    },
  };
}
