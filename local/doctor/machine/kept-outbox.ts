import { existsSync } from 'node:fs';
import { LineFile } from '../../line-file.ts';
import { type OutboxDelivery, type OutboxEntry, outboxRecord, withDelivery } from '../../outbox-entry.ts';

/** What the outbox's file says of one message and recipient. */
export interface KeptDelivery extends OutboxDelivery {
  /** When the message was published, ms. */
  readonly at: number;
}

/**
 * Returns what the outbox's file has, oldest first, without writing to it: `start` may be at work on it.
 * @throws NewsAlertsError when the file cannot be read
 */
export function keptDeliveries(file: string): KeptDelivery[] {
  if (!existsSync(file)) return [];
  const entries = new Map<string, OutboxEntry>();
  for (const value of new LineFile(file).read()) {
    const { data } = outboxRecord.safeParse(value);
    if (!data) continue;
    if ('published' in data) {
      entries.set(data.published.messageId, data.published);
    } else {
      const { messageId, delivery } = data.delivered;
      const entry = entries.get(messageId);
      if (entry) entries.set(messageId, withDelivery(entry, delivery));
    }
  }
  return [...entries.values()].flatMap(({ at, deliveries }) =>
    deliveries.map((delivery) => ({ ...delivery, at: Date.parse(at) })),
  );
}
