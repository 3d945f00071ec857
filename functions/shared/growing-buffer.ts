const INITIAL_BYTES = 16 * 1024;

/**
 * Bytes that arrive in pieces, copied into one buffer that doubles as it fills: at most twice `limit` bytes of memory.
 * A list of pieces would keep an object and its memory for each, and a sender may make every piece one byte long.
 */
export class GrowingBuffer {
  readonly #limit: number;
  #buffer: Buffer = Buffer.alloc(0);
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Appends the piece, or as much of it as the limit allows; returns whether all of it fitted. */
  append(piece: Uint8Array): boolean {
    const room = this.#limit - this.#size;
    const fitting = piece.length > room ? piece.subarray(0, room) : piece;
    const needed = this.#size + fitting.length;
    if (needed > this.#buffer.length) {
      const length = Math.min(Math.max(needed, this.#buffer.length * 2, INITIAL_BYTES), this.#limit);
      const grown = Buffer.allocUnsafeSlow(length);
      this.bytes().copy(grown);
      this.#buffer = grown;
    }
    this.#buffer.set(fitting, this.#size);
    this.#size = needed;
    return fitting.length === piece.length;
  }

  /** Returns what has been appended so far, without copying it. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }
}
