import { termsOf } from '../../shared/text/terms.ts';
import type { ParsedSignature, TermTable } from './term-table.ts';

/** Share of a headline, by idf, that no other item of the story contains. */
const MIN_NEW_SHARE = 0.65;
const MIN_NEW_TERMS = 2;

export interface Novelty {
  readonly isDevelopment: boolean;
  /** From 0 to 1. */
  readonly share: number;
  /** New words of the headline, as written there. */
  readonly words: readonly string[];
}

/** Returns what an item's headline adds to its story. `knownTerms` are those of all headlines and summaries so far. */
export function noveltyOf(
  item: ParsedSignature,
  title: string,
  knownTerms: ReadonlySet<number>,
  table: TermTable,
): Novelty {
  const sum = (terms: readonly number[]) => terms.reduce((all, term) => all + table.idf(term), 0);
  const newTerms = item.title.filter((term) => !knownTerms.has(term));
  const share = sum(newTerms) / (sum(item.title) || 1);
  const texts = new Set(newTerms.map((term) => table.text(term)));
  return {
    isDevelopment: share >= MIN_NEW_SHARE && newTerms.length >= MIN_NEW_TERMS,
    share,
    words: termsOf(title).flatMap(({ text, raw }) => (texts.has(text) ? [raw] : [])),
  };
}
