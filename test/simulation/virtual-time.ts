export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A planned event. Events happen in the order of their times; at the same time, in the order of planning. */
interface Planned {
  readonly at: number;
  readonly sequence: number;
  readonly happen: () => void;
}

const nativeImmediate = setImmediate;

/** A clock that advances only from event to event. Each event is completed before the next one starts. */
export class VirtualTime {
  readonly #planned: Planned[] = [];
  #now: number;
  #sequence = 0;
  #isUnfinished = false;
  events = 0;

  constructor(start: number) {
    this.#now = start;
  }

  /** Returns the current time, ms since the epoch. */
  get now(): number {
    return this.#now;
  }

  at(time: number, happen: () => void): Planned {
    const planned = { at: Math.max(Math.ceil(time), this.#now), sequence: this.#sequence++, happen };
    let [low, high] = [0, this.#planned.length];
    // The next event is last in the array, where removing it is cheap.
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#planned[middle] as Planned;
      if (other.at > planned.at) low = middle + 1;
      else high = middle;
    }
    this.#planned.splice(low, 0, planned);
    return planned;
  }

  after(delay: number, happen: () => void): Planned {
    return this.at(this.#now + delay, happen);
  }

  cancel(planned: Planned): void {
    const at = this.#planned.indexOf(planned);
    if (at >= 0) this.#planned.splice(at, 1);
  }

  /** Keeps the current event open until an immediate that it has planned has run. */
  waitForImmediate(): void {
    this.#isUnfinished = true;
  }

  /** Runs events until `done` returns true or no event is planned. */
  async run(done: () => boolean): Promise<void> {
    while (!done()) {
      const next = this.#planned.pop();
      if (!next) return;
      this.#now = next.at;
      this.events++;
      next.happen();
      // When the last immediate fires, everything has run that follows from the event without waiting for a later one.
      do {
        this.#isUnfinished = false;
        await new Promise<void>((resolve) => nativeImmediate(resolve));
      } while (this.#isUnfinished);
    }
  }
}

/**
 * Replaces the timers and Math.random of this thread with those of the simulation, so that the SDK's retries use them too.
 * Returns a function that restores the real ones.
 */
export function takeOverTimers(time: VirtualTime, random: () => number): () => void {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setImmediate: globalThis.setImmediate,
    random: Math.random,
  };
  const handles = new WeakMap<object, Planned>();
  globalThis.setTimeout = ((happen: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) => {
    const handle = { ref: () => handle, unref: () => handle, hasRef: () => true };
    handles.set(
      handle,
      time.after(delay, () => happen(...args)),
    );
    return handle;
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((handle: object | undefined) => {
    const planned = handle && handles.get(handle);
    if (planned) time.cancel(planned);
  }) as typeof clearTimeout;
  globalThis.setImmediate = ((happen: (...args: unknown[]) => void, ...args: unknown[]) => {
    time.waitForImmediate();
    return nativeImmediate(happen, ...args);
  }) as unknown as typeof setImmediate;
  Math.random = random;
  return () => {
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    globalThis.setImmediate = real.setImmediate;
    Math.random = real.random;
  };
}
