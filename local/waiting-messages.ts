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
const YEAR_MS = 366 * 86_400_000;

/**
 * The messages that are not sent yet, soonest first, as of the last read of the store. A retelling counts towards its
 * round-up, even if a follow-up may include it.
 */
export class WaitingMessages {
  #messages: readonly WaitingMessage[] = [];
  #nextReadAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  readonly #digests: Pick<Digests, 'waiting'>;
  readonly #clock: () => number;
  readonly #onError: (error: unknown) => void;

  constructor(digests: Pick<Digests, 'waiting'>, clock: () => number, onError: (error: unknown) => void) {
    this.#digests = digests;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Returns the messages of the last read at once. Starts another read in the background if that one is old. */
  current(): readonly WaitingMessage[] {
    if (performance.now() >= this.#nextReadAt) this.#reading ??= this.#read();
    return this.#messages;
  }

  /** Resolves when no read is in progress. */
  async idle(): Promise<void> {
    await this.#reading;
  }

  async #read(): Promise<void> {
    const startedAt = performance.now();
    try {
      const waiting = await this.#digests.waiting(this.#clock() + YEAR_MS);
      this.#messages = waiting.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
    } catch (error) {
      this.#onError(error);
    }
    const now = performance.now();
    this.#nextReadAt = now + Math.max(MIN_PAUSE_MS, PAUSE_FACTOR * (now - startedAt));
    this.#reading = undefined;
  }
}
