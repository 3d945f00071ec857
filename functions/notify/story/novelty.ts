import { termsOf } from '../../shared/text/terms.ts';
import type { ParsedSignature, TermTable } from './term-table.ts';

/** Share of a headline, by idf, that is new to whoever knows all other items of the story. */
const MIN_NEW_SHARE = 0.65;
const MIN_NEW_TERMS = 2;

export interface Novelty {
  readonly isDevelopment: boolean;
  /** From 0 to 1. */
  readonly share: number;
  /** The words of the headline that are new, as they stand there. */
  readonly words: readonly string[];
}

/** Returns what an item's headline says that no other item of its story has said, in headline or summary. */
export function noveltyOf(
  item: ParsedSignature,
  title: string,
  told: ReadonlySet<number>,
  table: TermTable,
): Novelty {
  const sum = (terms: readonly number[]) => terms.reduce((all, term) => all + table.idf(term), 0);
  const fresh = item.title.filter((term) => !told.has(term));
  const share = sum(fresh) / (sum(item.title) || 1);
  const texts = new Set(fresh.map((term) => table.text(term)));
  return {
    isDevelopment: share >= MIN_NEW_SHARE && fresh.length >= MIN_NEW_TERMS,
    share,
    words: termsOf(title).flatMap(({ text, raw }) => (texts.has(text) ? [raw] : [])),
  };
}
