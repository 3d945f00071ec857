export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What is to happen, in the order of its time; of two at one time, what was planned first. */
interface Planned {
  readonly at: number;
  readonly sequence: number;
  readonly happen: () => void;
}

const nativeImmediate = setImmediate;

/** Time that passes only when something happens: one event after the other, each to its very end. */
export class VirtualTime {
  readonly #planned: Planned[] = [];
  #now: number;
  #sequence = 0;
  events = 0;

  constructor(start: number) {
    this.#now = start;
  }

  /** ms since the epoch. */
  get now(): number {
    return this.#now;
  }

  at(time: number, happen: () => void): Planned {
    const planned = { at: Math.max(Math.ceil(time), this.#now), sequence: this.#sequence++, happen };
    let [low, high] = [0, this.#planned.length];
    // Kept with the next event last, where it is cheap to take.
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

  /** Lets things happen until `done`, or until nothing is planned any more. */
  async run(done: () => boolean): Promise<void> {
    while (!done()) {
      const next = this.#planned.pop();
      if (!next) return;
      this.#now = next.at;
      this.events++;
      next.happen();
      // All that follows from it without waiting for a later event has happened when an immediate comes.
      await new Promise<void>((resolve) => nativeImmediate(resolve));
    }
  }
}

/**
 * Makes the timers and the randomness of everything in this thread, the SDK's retries among it, those of the
 * simulation. Returns what gives the real ones back.
 */
export function takeOverTimers(time: VirtualTime, random: () => number): () => void {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
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
  Math.random = random;
  return () => {
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    Math.random = real.random;
  };
}
