const INITIAL_BYTES = 16 * 1024;

/**
 * Collects chunks in one buffer that doubles as it fills, so it takes at most twice `limit` bytes of memory. A list of
 * chunks would need an object for each, and a sender may make every chunk one byte long.
 */
export class GrowingBuffer {
  readonly #limit: number;
  #buffer: Buffer = Buffer.alloc(0);
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Appends a chunk, or as much of it as the limit allows. Returns whether all of it fitted. */
  append(chunk: Uint8Array): boolean {
    const room = this.#limit - this.#size;
    const fitting = chunk.length > room ? chunk.subarray(0, room) : chunk;
    const needed = this.#size + fitting.length;
    if (needed > this.#buffer.length) {
      const length = Math.min(Math.max(needed, this.#buffer.length * 2, INITIAL_BYTES), this.#limit);
      const grown = Buffer.allocUnsafeSlow(length);
      this.bytes().copy(grown);
      this.#buffer = grown;
    }
    this.#buffer.set(fitting, this.#size);
    this.#size = needed;
    return fitting.length === chunk.length;
  }

  /** Returns a view of the bytes appended so far. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }
}
