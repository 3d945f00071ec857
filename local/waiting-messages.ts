import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Digests, ScheduledKind } from '../functions/shared/store/digests.ts';

/** A digest, follow-up or round-up that is not sent yet. */
export interface WaitingMessage {
  readonly topicId: string;
  readonly kind: ScheduledKind;
  /** ISO. */
  readonly dueAt: string;
  /** How many alerts the message lists. */
  readonly alerts: number;
}

const MIN_PAUSE_MS = 5_000;
/** The pause between two reads is this many times the duration of the last read, since thousands of alerts may wait. */
const PAUSE_FACTOR = 20;
/** Limit on how long a reader of the page waits for a read: hardly noticeable. */
const MAX_WAIT_MS = 150;
const YEAR_MS = 366 * 86_400_000;

export interface WaitingMessagesOptions {
  readonly digests: Pick<Digests, 'waiting'>;
  readonly clock: () => number;
  /** Called after a read whose result differs from the one before. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The messages that are not sent yet, soonest first, as of the last read of the store. A retelling counts towards its
 * round-up, even if a follow-up may include it.
 */
export class WaitingMessages {
  #messages: readonly WaitingMessage[] = [];
  #nextReadAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  readonly #options: WaitingMessagesOptions;

  constructor(options: WaitingMessagesOptions) {
    this.#options = options;
  }

  /** Returns the messages of the last read. */
  current(): readonly WaitingMessage[] {
    return this.#messages;
  }

  /** Reads the messages again if the last read is old. Resolves after the read, or when it takes long. Never rejects. */
  async refresh(): Promise<void> {
    if (performance.now() >= this.#nextReadAt) this.#reading ??= this.#read();
    if (!this.#reading) return;
    const stop = new AbortController();
    const patience = setTimeout(MAX_WAIT_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([this.#reading, patience]);
    stop.abort();
  }

  /** Resolves when no read is in progress. */
  async idle(): Promise<void> {
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { digests, clock, onChange, onError } = this.#options;
    const startedAt = performance.now();
    try {
      const waiting = await digests.waiting(clock() + YEAR_MS);
      const messages = waiting.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
      const isChanged = !isDeepStrictEqual(messages, this.#messages);
      this.#messages = messages;
      if (isChanged) onChange();
    } catch (error) {
      onError(error);
    }
    const now = performance.now();
    this.#nextReadAt = now + Math.max(MIN_PAUSE_MS, PAUSE_FACTOR * (now - startedAt));
    this.#reading = undefined;
  }
}
