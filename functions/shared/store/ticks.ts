import type { Table } from './table.ts';

/** The last dispatch that ran to its end. */
export interface Tick {
  /** ms since the epoch. */
  readonly at: number;
  readonly configVersion: string;
}

export interface Ticks {
  last(): Promise<Tick | undefined>;
  /**
   * Does nothing when another dispatch has committed since `last` was read: what was due after that one's tick was not
   * looked at from there, and the next dispatch does so.
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
