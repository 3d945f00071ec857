import { areDistinct } from './distinct.ts';
import { featuresOf } from './features.ts';
import type { ParsedSignature, TermTable } from './term-table.ts';
import { TEXT_WEIGHTS, TITLE_WEIGHTS } from './weights.ts';

/**
 * Items are compared only if the idf of their shared terms, and that of the rarest one, reach these multiples of an
 * unseen term's idf.
 */
const MIN_SHARED = 0.7;
const MIN_RAREST_SHARED = 0.5;
/** Minimum number of items assumed to be around an item of the stream, even if fewer were counted. */
export const MIN_STREAM_OTHERS = 1_000;
/** The same for two items that are more than a day apart. */
const MIN_OTHERS_DAY_APART = 200;
const DAY_MS = 86_400_000;

/** Returns the idf that at least one term of two items must have, or the items are not compared. */
export function minSharedIdf({ maxIdf }: Pick<TermTable, 'maxIdf'>): number {
  return MIN_RAREST_SHARED * maxIdf;
}

/** Returns how likely two items report the same event, from 0 to 1. */
function likelihood(a: ParsedSignature, b: ParsedSignature, table: TermTable, others: number): number {
  const weights = haveOnlyTitles(a, b) ? TITLE_WEIGHTS : TEXT_WEIGHTS;
  const sum = featuresOf(a, b, table, others).reduce(
    (all, feature, n) => all + feature * (weights[n] ?? 0),
    0,
  );
  return 1 / (1 + Math.exp(-sum));
}

/** Returns whether neither item has a summary. Such pairs have weights of their own. */
export function haveOnlyTitles(a: ParsedSignature, b: ParsedSignature): boolean {
  return a.summary.length + b.summary.length === 0;
}

/**
 * Returns a function that compares one item with another, `apart` ms away. The function returns undefined for two items
 * that share too little, as most do; that check takes a microsecond.
 */
export function createComparer(
  item: ParsedSignature,
  table: TermTable,
  others = Math.max(MIN_STREAM_OTHERS, table.counts.items),
): (other: ParsedSignature, apart?: number) => Comparison | undefined {
  const idf = new Float64Array(table.size);
  for (const term of item.terms) idf[term] = table.idf(term);
  return (other, apart) => {
    let [shared, rarest] = [0, 0];
    const { terms } = other;
    for (let n = 0; n < terms.length; n++) {
      const termIdf = idf[terms[n] as number] as number;
      // The array ends before terms that the table learned later.
      if (!(termIdf > 0)) continue;
      shared += termIdf;
      if (termIdf > rarest) rarest = termIdf;
    }
    if (shared < MIN_SHARED * table.maxIdf || rarest < minSharedIdf(table)) return undefined;
    const assumedOthers = Math.max(others, apart !== undefined && apart > DAY_MS ? MIN_OTHERS_DAY_APART : 0);
    // If only one item has a summary, one shared rare word would suffice, so compare the titles alone.
    const isMixed = (item.summary.length === 0) !== (other.summary.length === 0);
    const [a, b] = isMixed
      ? [table.parse(item.titleSignature), table.parse(other.titleSignature)]
      : [item, other];
    return {
      likelihood: likelihood(a, b, table, assumedOthers),
      areDistinct: areDistinct(item, other, apart),
    };
  };
}

export interface Comparison {
  readonly likelihood: number;
  /** The items look alike but report two different events. */
  readonly areDistinct: boolean;
}
