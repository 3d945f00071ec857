import { areDistinct } from './distinct.ts';
import { featuresOf } from './features.ts';
import type { ParsedSignature, TermTable } from './term-table.ts';
import { TEXT_WEIGHTS, TITLE_WEIGHTS } from './weights.ts';

/** Two items are compared when all that they share, and the rarest of it, has this much of a new term's idf. */
const MIN_SHARED = 0.7;
const MIN_RAREST_SHARED = 0.5;
/** An item of the stream is among as many of about the same time at least, however few were counted. */
export const MIN_STREAM_OTHERS = 1_000;
/** So is an item beside one that is more than a day older. */
const MIN_OTHERS_DAY_APART = 200;
const DAY_MS = 86_400_000;

/** Returns how likely two items report the same event, from 0 to 1. */
export function likelihood(a: ParsedSignature, b: ParsedSignature, table: TermTable, others: number): number {
  const weights = haveOnlyTitles(a, b) ? TITLE_WEIGHTS : TEXT_WEIGHTS;
  const sum = featuresOf(a, b, table, others).reduce(
    (all, feature, n) => all + feature * (weights[n] ?? 0),
    0,
  );
  return 1 / (1 + Math.exp(-sum));
}

/** Most feeds have summaries. */
export function haveOnlyTitles(a: ParsedSignature, b: ParsedSignature): boolean {
  return a.summary.length + b.summary.length === 0;
}

/** Compares one item with many. Most have nothing to do with it, which takes a microsecond to see. */
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
      const of = idf[terms[n] as number] as number;
      // Terms that the table has learned since have none.
      if (!(of > 0)) continue;
      shared += of;
      if (of > rarest) rarest = of;
    }
    if (shared < MIN_SHARED * table.maxIdf || rarest < MIN_RAREST_SHARED * table.maxIdf) return undefined;
    const among = Math.max(others, apart !== undefined && apart > DAY_MS ? MIN_OTHERS_DAY_APART : 0);
    // With one text alone, a rare word in common would do: the titles have to be alike.
    const isMixed = (item.summary.length === 0) !== (other.summary.length === 0);
    const [a, b] = isMixed
      ? [table.parse(item.titleSignature), table.parse(other.titleSignature)]
      : [item, other];
    return { likelihood: likelihood(a, b, table, among), areDistinct: areDistinct(item, other, apart) };
  };
}

export interface Comparison {
  readonly likelihood: number;
  /** They look alike, and report two events all the same. */
  readonly areDistinct: boolean;
}
