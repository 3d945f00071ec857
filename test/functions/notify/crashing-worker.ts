import type { Channels } from '../../../functions/shared/ports.ts';
import type { Table } from '../../../functions/shared/store/table.ts';

/** The error that a crashing worker throws. */
export class Crash extends Error {}

/**
 * Ports that crash a worker at its n-th call: before the call takes effect, or after it, when only the answer is lost.
 */
export class CrashingWorker {
  /** Whether an alert was claimed but not settled at the crash: the ambiguous window of ADR 2. */
  ambiguous = false;
  crashed = false;
  readonly table: Table;
  readonly channels: Channels;
  #left: number;

  constructor(real: Table, channels: Channels, calls: number, when: 'before' | 'after') {
    this.#left = calls;
    const through = <Result>(
      call: () => Promise<Result>,
      effect: (result: Result) => void = () => undefined,
    ) => this.#call(when, call, effect);
    this.table = {
      ...real,
      get: (key) => through(() => real.get(key)),
      query: (range) => through(() => real.query(range)),
      put: (record, condition) =>
        through(
          () => real.put(record, condition),
          (put) => {
            if (put && record.sk === 'ALERT') this.ambiguous = record.state === 'claimed';
          },
        ),
      delete: (key, condition) =>
        through(
          () => real.delete(key, condition),
          () => {
            if (key.sk === 'ALERT') this.ambiguous = false;
          },
        ),
    };
    this.channels = { publish: (...message) => through(() => channels.publish(...message)) };
  }

  async #call<Result>(
    when: 'before' | 'after',
    call: () => Promise<Result>,
    effect: (result: Result) => void,
  ): Promise<Result> {
    if (this.crashed) throw new Crash('a call after the crash');
    const last = --this.#left === 0;
    this.crashed = last;
    if (last && when === 'before') throw new Crash('before the call');
    const result = await call();
    effect(result);
    if (last) throw new Crash('after the call');
    return result;
  }
}
