import type { Table } from './table.ts';

/** The last dispatch that ran to its end. */
export interface Tick {
  /** ms since the epoch. */
  readonly at: number;
  readonly configVersion: string;
}

export interface Ticks {
  last(): Promise<Tick | undefined>;
  /** Keeps the later of the two when dispatches overlap. It may be earlier than `last`, which it was made from: clocks are set back. */
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
      await table.put(
        { ...KEY, ...tick },
        {
          any: [
            { absent: true },
            { attribute: 'at', below: tick.at },
            ...(last ? [{ attribute: 'at', equals: last.at }] : []),
          ],
        },
      );
    },
  };
}
