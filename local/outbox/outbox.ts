import { join } from 'node:path';
import { isChatService } from '../../functions/chat/services.ts';
import type { Protocol } from '../../functions/shared/model.ts';
import { count } from '../../functions/shared/text/count.ts';
import type { PublishedMessage } from '../sns/outgoing-message.ts';
import { JsonLinesFile } from './json-lines-file.ts';
import {
  hasWaiting,
  isWaiting,
  type OutboxDelivery,
  type OutboxEntry,
  parseEntries,
  toOutboxEntry,
  withDelivery,
} from './outbox-entry.ts';

/** A message to one recipient that is not sent yet. */
export interface WaitingDelivery {
  readonly entry: OutboxEntry;
  readonly delivery: OutboxDelivery;
}

/** Records the published messages and their deliveries to each recipient. Also serves as the queue of emails, SMS and messages to chat services. */
export interface Outbox {
  /**
   * Records a message and its deliveries in one step.
   * @throws NewsAlertsError if the disk write fails; the message must then not count as published
   */
  recordPublish(publish: PublishedMessage, deliveries?: readonly OutboxDelivery[]): OutboxEntry;
  /** Replaces a recipient's delivery for one or more messages in one step. Never throws. */
  recordDelivery(messageIds: readonly string[], delivery: OutboxDelivery): void;
  /** Returns the entries, newest first. */
  recent(): readonly OutboxEntry[];
  /**
   * Replaces a recipient's delivery before a try that must not be repeated.
   * @throws NewsAlertsError if the disk write fails; the delivery stays as it was, and the try must not begin
   */
  recordAttempt(messageId: string, delivery: OutboxDelivery): void;
  /** Returns the messages that are neither sent nor failed, in the order in which they were published. */
  waiting(protocol?: Protocol | 'chat'): readonly WaitingDelivery[];
  close(): Promise<void>;
}

/** Records of an average entry: its publish, and one delivery each to two recipients. */
const RECORDS_PER_ENTRY = 3;

export const outboxFile = (dataDir: string): string => join(dataDir, 'outbox.jsonl');

/** Returns the entries of a folder's outbox by message id. Works while another process writes to the file. */
export function readOutbox(dataDir: string): ReadonlyMap<string, OutboxEntry> {
  return parseEntries(new JsonLinesFile(outboxFile(dataDir)).read()).entries;
}

interface OutboxOptions {
  /** File that keeps the entries over restarts; without it they are only in memory. */
  readonly file?: string;
  readonly maxEntries?: number;
  /** Prints a warning about the file. */
  readonly say?: (text: string) => void;
}

/**
 * Creates an outbox that keeps the last `maxEntries` entries, and all entries that are not sent to everybody yet.
 * @throws NewsAlertsError if the file cannot be read or written
 */
export function createOutbox({ file, maxEntries = 500, say }: OutboxOptions = {}): Outbox {
  const lines = file === undefined ? undefined : new JsonLinesFile(file);
  const { entries, unreadable } = parseEntries(lines?.read() ?? []);
  if (lines && unreadable.length > 0) {
    // The compaction below would drop these lines, and one of them may be an unsent message.
    const savedTo = lines.setAside(unreadable);
    say?.(
      `${file}: ${count(unreadable.length, 'line')} could not be read and ${unreadable.length === 1 ? 'was' : 'were'} saved to ${savedTo}. ` +
        'Look there for messages that were not sent',
    );
  }
  let appended = 0;
  /** True after a failed append: the file lacks some of the records in memory. */
  let isFileBehind = false;

  const dropOldest = () => {
    let excess = entries.size - maxEntries;
    for (const [id, entry] of entries) {
      if (excess <= 0) break;
      if (hasWaiting(entry)) continue;
      entries.delete(id);
      excess--;
    }
  };
  /** Rewrites the file from memory. This bounds its length, and completes it after a failed append. */
  const compact = () => {
    lines?.replace([...entries.values()].map((published) => ({ v: 1, published })));
    appended = 0;
    isFileBehind = false;
  };
  const append = (record: Readonly<Record<string, unknown>>) => {
    if (isFileBehind || appended >= Math.max(maxEntries, entries.size) * RECORDS_PER_ENTRY) compact();
    isFileBehind = true;
    lines?.append({ v: 1, ...record });
    isFileBehind = false;
    appended++;
  };

  dropOldest();
  compact();

  return {
    recordPublish(publish, deliveries) {
      const published = toOutboxEntry(publish, deliveries);
      append({ published });
      entries.set(published.messageId, published);
      dropOldest();
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
        // The message is already out. The delivery stays in memory, and is written with the next record or on close.
      }
    },
    recordAttempt(messageId, delivery) {
      append({ delivered: { messageId, delivery } });
      const entry = entries.get(messageId);
      if (entry) entries.set(messageId, withDelivery(entry, delivery));
    },
    recent: () => [...entries.values()].reverse(),
    waiting: (protocol = 'email') =>
      [...entries.values()].flatMap((entry) =>
        entry.deliveries
          .filter((delivery) =>
            protocol === 'chat'
              ? isWaiting(delivery) && isChatService(delivery.protocol)
              : isWaiting(delivery, protocol),
          )
          .map((delivery) => ({ entry, delivery })),
      ),
    async close() {
      if (isFileBehind) compact();
      lines?.close();
    },
  };
}
