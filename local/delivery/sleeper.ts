/** The clock may be set and the machine may sleep, so a queue checks the time at least this often. */
const MAX_SLEEP_MS = 30_000;

/** The pauses of a queue between two looks at the outbox. */
export class Sleeper {
  #wake: () => void = () => undefined;

  /** Resolves after `ms`, after half a minute, or when woken, whichever comes first. */
  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(ms, MAX_SLEEP_MS));
    this.#wake = resolve;
    return promise.finally(() => clearTimeout(timer));
  }

  wake(): void {
    this.#wake();
  }
}
