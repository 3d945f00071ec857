import { WordCounts } from '../word-counts.ts';
import type { Attributes, Table } from './table.ts';

/**
 * How common words are in the latest items of all feeds, whatever topics watch for. Poll counts, notify reads. Only how
 * stories are grouped depends on it, so that counts may get lost: correctness never needs them.
 */
export interface StreamWords {
  read(): Promise<WordCounts>;
  /** Returns the counts of all with these, or undefined when another was writing at the same time. */
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

/** Counts that cannot be read are started anew: nothing depends on them. */
function countsIn(record: Attributes | undefined): WordCounts {
  if (!record) return new WordCounts();
  try {
    return WordCounts.unpack(record as unknown as ReturnType<WordCounts['pack']>);
  } catch {
    return new WordCounts();
  }
}
