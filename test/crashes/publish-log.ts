import { readOutbox } from '../../local/outbox/outbox.ts';
import type { OutboxEntry } from '../../local/outbox/outbox-entry.ts';

/** The outbox keeps this many. */
const MAX_OUTBOX_ENTRIES = 500;

/** Collects the publishes of all runs in order, because the outbox drops the oldest. */
export class PublishLog {
  readonly #dataDir: string;
  readonly #publishes = new Map<string, OutboxEntry>();
  /** Ids of messages that the outbox has lost although they were among the latest. */
  readonly lost: string[] = [];

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  publishes(): readonly OutboxEntry[] {
    return [...this.#publishes.values()];
  }

  /** Reads the outbox. Call this between two runs, so no publish is missed. */
  collect(): void {
    const found = readOutbox(this.#dataDir);
    const known = [...this.#publishes.keys()];
    const fresh = [...found.keys()].filter((id) => !this.#publishes.has(id)).length;
    const kept = known.slice(Math.max(0, known.length + fresh - MAX_OUTBOX_ENTRIES));
    this.lost.push(...kept.filter((id) => !found.has(id) && !this.lost.includes(id)));
    for (const [id, published] of found) this.#publishes.set(id, published);
  }
}
