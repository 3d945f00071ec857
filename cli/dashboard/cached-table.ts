import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Clock } from '../../functions/shared/model.ts';
import type { Table } from '../../functions/shared/store/table.ts';
import { faultText } from './paced-read.ts';

/** Answers that are kept at once; older ones are forgotten. */
const MAX_KEPT = 500;

/**
 * Returns a table that gives the same answer again for `keptMs`, since a page that is left open is read again every few
 * seconds. Errors of the SDK become NewsAlertsErrors, which the page shows.
 */
export function cachedTable(table: Table, keptMs: number, clock: Clock): Table {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>();
  const once = async <Answer>(key: string, read: () => Promise<Answer>): Promise<Answer> => {
    const known = kept.get(key);
    const isFresh = known !== undefined && clock() - known.at < keptMs;
    const answer = isFresh ? (known.answer as Promise<Answer>) : read();
    if (!isFresh) {
      kept.delete(key);
      kept.set(key, { at: clock(), answer });
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_KEPT) break;
        kept.delete(oldest);
      }
    }
    try {
      return await answer;
    } catch (error) {
      kept.delete(key);
      throw new NewsAlertsError(`cannot read the table: ${faultText(error)}`, { cause: error });
    }
  };
  return {
    ...table,
    get: (key) => once(`get ${JSON.stringify(key)}`, () => table.get(key)),
    query: (range) => once(`query ${JSON.stringify(range)}`, () => table.query(range)),
    queryDue: (range) => once(`due ${JSON.stringify(range)}`, () => table.queryDue(range)),
  };
}
