import type { Table } from './table.ts';

/** A completed dispatch. */
export interface Tick {
  /** ms since the epoch. */
  readonly at: number;
  readonly configVersion: string;
}

export interface Ticks {
  last(): Promise<Tick | undefined>;
  /**
   * Stores a tick. Does nothing if another dispatch has committed since `last` was read; the next dispatch then starts from
   * the tick that the other one committed.
   */
  commit(tick: Tick, last: Tick | undefined): Promise<void>;
}

const KEY = { pk: 'DISPATCH', sk: 'TICK' };

export function ticks(table: Table): Ticks {
  return {
    async last() {
      const record = await table.get(KEY);
      return record && { at: Number(record.at), configVersion: String(record.configVersion) };
    },
    async commit(tick, last) {
      await table.put({ ...KEY, ...tick }, last ? { attribute: 'at', equals: last.at } : { absent: true });
    },
  };
}
