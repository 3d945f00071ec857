import { join } from 'node:path';
import { LineFile } from '../../local/line-file.ts';
import { type OutboxEntry, outboxRecord, withDelivery } from '../../local/outbox-entry.ts';

/** As many as the outbox remembers. */
const KEPT = 500;

/** Every publish of all lives of a process, in order: the outbox forgets the oldest. */
export class PublishLedger {
  readonly #file: LineFile;
  readonly #publishes = new Map<string, OutboxEntry>();
  /** Message ids that the outbox no longer held although they were among its last. */
  readonly forgotten: string[] = [];

  constructor(dataDir: string) {
    this.#file = new LineFile(join(dataDir, 'outbox.jsonl'));
  }

  publishes(): readonly OutboxEntry[] {
    return [...this.#publishes.values()];
  }

  /** Between two lives of the process, so that no publish can have come and gone unseen. */
  collect(): void {
    const found = new Map<string, OutboxEntry>();
    for (const line of this.#file.read()) {
      const { data } = outboxRecord.safeParse(line);
      if (!data) continue;
      if ('published' in data) found.set(data.published.messageId, data.published);
      else {
        const { messageId, delivery } = data.delivered;
        const published = found.get(messageId);
        if (published) found.set(messageId, withDelivery(published, delivery));
      }
    }
    const known = [...this.#publishes.keys()];
    const fresh = [...found.keys()].filter((id) => !this.#publishes.has(id)).length;
    const kept = known.slice(Math.max(0, known.length + fresh - KEPT));
    this.forgotten.push(...kept.filter((id) => !found.has(id) && !this.forgotten.includes(id)));
    for (const [id, published] of found) this.#publishes.set(id, published);
  }
}
