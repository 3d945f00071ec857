import type { Digests, ScheduledKind } from '../functions/shared/store/digests.ts';

/** Alerts of one topic that wait for the same message. */
export interface WaitingMessage {
  readonly topicId: string;
  readonly kind: ScheduledKind;
  /** ISO. */
  readonly dueAt: string;
  readonly alerts: number;
}

const MIN_PAUSE_MS = 5_000;
/** Pause between two looks, as times what the last one took: thousands of alerts may wait. */
const PAUSE_FACTOR = 20;
const YEAR_MS = 366 * 86_400_000;

/**
 * The messages that wait, soonest first, as of the last look at the store. A retelling that a follow-up may take along counts
 * with its round-up.
 */
export class WaitingMessages {
  #known: readonly WaitingMessage[] = [];
  #nextAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  readonly #digests: Pick<Digests, 'waiting'>;
  readonly #clock: () => number;
  readonly #onError: (error: unknown) => void;

  constructor(digests: Pick<Digests, 'waiting'>, clock: () => number, onError: (error: unknown) => void) {
    this.#digests = digests;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Returns at once what is known. Looks anew in the background where the last look was some time ago. */
  current(): readonly WaitingMessage[] {
    if (performance.now() >= this.#nextAt) this.#looking ??= this.#look();
    return this.#known;
  }

  /** Resolves when no look is under way. */
  async idle(): Promise<void> {
    await this.#looking;
  }

  async #look(): Promise<void> {
    const began = performance.now();
    try {
      const found = await this.#digests.waiting(this.#clock() + YEAR_MS);
      this.#known = found.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
    } catch (error) {
      this.#onError(error);
    }
    const now = performance.now();
    this.#nextAt = now + Math.max(MIN_PAUSE_MS, PAUSE_FACTOR * (now - began));
    this.#looking = undefined;
  }
}
