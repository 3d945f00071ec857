import { readOutbox } from '../../local/outbox/outbox.ts';
import type { OutboxEntry } from '../../local/outbox/outbox-entry.ts';

/** As many as the outbox remembers. */
const MAX_OUTBOX_ENTRIES = 500;

/** Every publish of all lives of a process, in order: the outbox forgets the oldest. */
export class PublishLog {
  readonly #dataDir: string;
  readonly #publishes = new Map<string, OutboxEntry>();
  /** Message ids that the outbox no longer held although they were among its last. */
  readonly forgotten: string[] = [];

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  publishes(): readonly OutboxEntry[] {
    return [...this.#publishes.values()];
  }

  /** Between two lives of the process, so that no publish can have come and gone unseen. */
  collect(): void {
    const found = readOutbox(this.#dataDir);
    const known = [...this.#publishes.keys()];
    const fresh = [...found.keys()].filter((id) => !this.#publishes.has(id)).length;
    const kept = known.slice(Math.max(0, known.length + fresh - MAX_OUTBOX_ENTRIES));
    this.forgotten.push(...kept.filter((id) => !found.has(id) && !this.forgotten.includes(id)));
    for (const [id, published] of found) this.#publishes.set(id, published);
  }
}
