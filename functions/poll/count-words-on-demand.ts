import type { Table } from '../shared/store/table.ts';
import type { CountWords } from './count-words.ts';

/** Counts the words of new items in a table. Loads the code at the first new item. */
export function countWordsOnDemand(table: Table): CountWords {
  let loaded: Promise<CountWords> | undefined;
  return async (items) => {
    if (items.length === 0) return;
    loaded ??= import('#count-words').then(({ countWordsInTable }) => countWordsInTable(table));
    await (await loaded)(items);
  };
}
