import { LineFile } from './line-file.ts';
import {
  deliveryOf,
  entryOf,
  type Fate,
  type OutboxDelivery,
  type OutboxEntry,
  type OutboxRecord,
  outboxRecord,
  storyIn,
  withDelivery,
} from './outbox-entry.ts';
import type { Outgoing, Publish } from './sns/outgoing.ts';

/** The record of what was published and to whom. */
export interface Outbox {
  /** @throws NewsAlertsError when it cannot be kept on disk: then it must not count as published. */
  published(publish: Publish): OutboxEntry;
  /** Once more for the same recipient replaces what was said before. Never throws. */
  delivered(delivery: Outgoing, how: Fate, detail?: string): void;
  /** Returns the id of the story that a message is about; undefined if it is about several, or no longer kept. */
  storyOf(messageId: string): string | undefined;
  /** Newest first. */
  recent(): readonly OutboxEntry[];
  /** Emails whose fate is open, oldest first: a process that ended before the mail server had taken them left these. */
  waiting(): readonly Outgoing[];
  close(): Promise<void>;
}

/** A publish and what became of it at two recipients, roughly. */
const RECORDS_PER_ENTRY = 3;

/**
 * Remembers the last `keep`; with a file, over restarts.
 * @throws NewsAlertsError when the file cannot be read or written
 */
export function createOutbox({ file, keep = 500 }: { file?: string; keep?: number } = {}): Outbox {
  const lines = file === undefined ? undefined : new LineFile(file);
  const entries = new Map<string, OutboxEntry>();
  let appended = 0;
  let behind = false;

  const remember = (entry: OutboxEntry) => {
    entries.set(entry.messageId, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= keep) break;
      entries.delete(oldest);
    }
  };
  const follow = (messageId: string, delivery: OutboxDelivery) => {
    const entry = entries.get(messageId);
    if (entry) entries.set(messageId, withDelivery(entry, delivery));
  };
  /** Writes anew what is remembered: the file stays about as long as that, and is whole again after a failed append. */
  const compact = () => {
    lines?.replace([...entries.values()].map((published): OutboxRecord => ({ v: 1, published })));
    appended = 0;
    behind = false;
  };
  const append = (record: OutboxRecord) => {
    if (behind || appended >= keep * RECORDS_PER_ENTRY) compact();
    behind = true;
    lines?.append(record);
    behind = false;
    appended++;
  };

  for (const value of lines?.read() ?? []) {
    const { data } = outboxRecord.safeParse(value);
    if (!data) continue;
    if ('published' in data) remember(data.published);
    else follow(data.delivered.messageId, data.delivered.delivery);
  }
  compact();

  return {
    published(publish) {
      const published = entryOf(publish);
      append({ v: 1, published });
      remember(published);
      return published;
    },
    delivered(outgoing, how, detail) {
      const { messageId } = outgoing;
      const delivery = deliveryOf(outgoing, how, detail);
      follow(messageId, delivery);
      try {
        append({ v: 1, delivered: { messageId, delivery } });
      } catch {
        // There is nobody left to stop. It is remembered, and written with the next record or on close.
      }
    },
    storyOf(messageId) {
      const entry = entries.get(messageId);
      return entry && storyIn(entry);
    },
    recent: () => [...entries.values()].reverse(),
    waiting: () => [...entries.values()].flatMap(waitingIn),
    async close() {
      if (behind) compact();
      lines?.close();
    },
  };
}

function waitingIn({ messageId, topicArn, subject, at, bodies, deliveries }: OutboxEntry): Outgoing[] {
  return deliveries
    .filter(({ protocol, how }) => protocol === 'email' && how === 'waiting')
    .map(({ endpoint }) => ({
      messageId,
      topicArn,
      subject,
      protocol: 'email',
      endpoint,
      body: bodies.email,
      at,
    }));
}
