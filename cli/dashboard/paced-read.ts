import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Clock } from '../../functions/shared/model.ts';
import { describeError, isDenied, isUnknownCaller } from '../deployed/aws-clients.ts';

/** The pause is at least this many times the duration of the read. */
const PAUSE_FACTOR = 10;

export interface PacedReadOptions<Value> {
  /** As in "cannot read …". */
  readonly what: string;
  readonly clock: Clock;
  /** Time from the end of one read to the start of the next one, ms. Longer after a read that took long. */
  readonly pauseMs: number;
  /** Returns whether the next read has to wait longer. */
  readonly isHeld?: () => boolean;
  read(): Promise<Value>;
  /** Called after each read. */
  readonly onRead: () => void;
}

/** Why a value could not be read, and since when, ms. */
export interface ReadFault {
  readonly text: string;
  readonly since: number;
  /** When the value was read that is still shown, ms; undefined if none ever was. */
  readonly readAt: number | undefined;
}

/**
 * A value that is read again only when somebody asks for it, and not before a pause has passed. A failed read keeps the
 * previous value; the next one may heal it.
 */
export class PacedRead<Value> {
  #value: Value | undefined;
  #readAt: number | undefined;
  #endedAt: number | undefined;
  #tookMs = 0;
  #fault: ReadFault | undefined;
  #reading: Promise<void> | undefined;
  readonly #options: PacedReadOptions<Value>;

  constructor(options: PacedReadOptions<Value>) {
    this.#options = options;
  }

  /** The value of the last read that succeeded. */
  get value(): Value | undefined {
    return this.#value;
  }

  get fault(): ReadFault | undefined {
    return this.#fault;
  }

  /** @throws NewsAlertsError if the read fails */
  async readFirst(): Promise<void> {
    try {
      await this.#read();
    } catch (cause) {
      throw new NewsAlertsError(`cannot read ${this.#options.what}: ${faultText(cause)}`, { cause });
    }
  }

  /** Reads the value again if that is due. Resolves when no read is in progress; never rejects. */
  async refresh(): Promise<void> {
    if (!this.#reading && this.#isDue()) this.#reading = this.#readAgain();
    await this.#reading;
  }

  #isDue(): boolean {
    const { clock, pauseMs, isHeld } = this.#options;
    if (this.#endedAt === undefined) return true;
    return clock() - this.#endedAt >= Math.max(pauseMs, PAUSE_FACTOR * this.#tookMs) && !isHeld?.();
  }

  async #readAgain(): Promise<void> {
    const { clock, what, onRead } = this.#options;
    try {
      await this.#read();
    } catch (error) {
      const text = `cannot read ${what}: ${faultText(error)}`;
      this.#fault = { text, since: this.#fault?.since ?? clock(), readAt: this.#readAt };
    }
    this.#reading = undefined;
    onRead();
  }

  async #read(): Promise<void> {
    const { clock, read } = this.#options;
    const startedAt = performance.now();
    try {
      this.#value = await read();
      this.#readAt = clock();
      this.#fault = undefined;
    } finally {
      this.#endedAt = clock();
      this.#tookMs = performance.now() - startedAt;
    }
  }
}

/** Returns what a failed read got, and what to do. */
export function faultText(error: unknown): string {
  const text = describeError(error);
  if (error instanceof NewsAlertsError) return text;
  if (isUnknownCaller(error))
    return `${text}; log in again (aws sso login), or start the dashboard again with other credentials`;
  if (isDenied(error)) return `${text}; give your role this permission (docs/operations.md, Permissions)`;
  return text;
}
