import { WordCounts } from '../word-counts.ts';
import { bytes, number, readRecord } from './record-shape.ts';
import type { Attributes, Table } from './table.ts';

/**
 * Stores how common words are in the latest items of all feeds, regardless of what topics watch for. Poll counts, notify
 * reads. Counts may get lost, since only the grouping of stories uses them.
 */
export interface StreamWords {
  read(): Promise<WordCounts>;
  /** Adds counts. Returns the new totals, or undefined if another writer interfered and nothing was added. */
  add(counted: WordCounts): Promise<WordCounts | undefined>;
}

const KEY = { pk: 'STREAM', sk: 'WORDS' };

export function streamWords(table: Table): StreamWords {
  const find = async () => {
    const record = await table.get(KEY);
    return { counts: countsIn(record), version: Number(record?.version ?? 0) };
  };
  return {
    read: async () => (await find()).counts,
    async add(counted) {
      const { counts, version } = await find();
      counts.merge(counted);
      const written = await table.put(
        { ...KEY, ...counts.pack(), version: version + 1 },
        version === 0 ? { absent: true } : { attribute: 'version', equals: version },
      );
      return written ? counts : undefined;
    },
  };
}

/** Returns the counts of a record. Unreadable counts start from zero. */
function countsIn(record: Attributes | undefined): WordCounts {
  if (!record) return new WordCounts();
  try {
    return WordCounts.unpack(readRecord(record, { items: number, counts: bytes }));
  } catch {
    return new WordCounts();
  }
}
