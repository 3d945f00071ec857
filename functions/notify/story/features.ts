import type { ParsedSignature, TermTable } from './term-table.ts';

/**
 * Number of idf classes of terms that only one of the two items has, from the most common terms up. Rarer terms do not
 * count: before the stream is known all terms look rare, so a weight for rare terms would mean nothing.
 */
const IDF_CLASSES = 5;

export const FEATURES: readonly string[] = [
  'always',
  'other items, log',
  'cosine, root',
  'cosine of titles, root',
  'title in the other, least',
  'title in the other, most',
  'rarest shared term',
  'next rarest shared term',
  'shared idf, log',
  'shared idf of all',
  'terms of the shorter, log',
  'letters of titles, root',
  'numbers differ',
  ...Array.from({ length: IDF_CLASSES }, (_, n) => `terms of one, idf ${n}`),
];

/**
 * Returns one number for each of `FEATURES`: the evidence for and against two items reporting the same event. `others` is
 * the number of items from about the same time.
 */
export function featuresOf(
  a: ParsedSignature,
  b: ParsedSignature,
  table: TermTable,
  others: number,
): number[] {
  const unsharedByClass = Array.from({ length: IDF_CLASSES }, () => 0);
  let [dot, squareA, squareB, shared, all, rarest, nextRarest] = [0, 0, 0, 0, 0, 0, 0];
  for (let m = 0, n = 0; m < a.terms.length || n < b.terms.length; ) {
    const [left, right] = [a.terms[m] ?? Infinity, b.terms[n] ?? Infinity];
    const idf = table.idf(Math.min(left, right));
    const weightA = left <= right ? (a.weights[m++] ?? 0) * idf : 0;
    const weightB = right <= left ? (b.weights[n++] ?? 0) * idf : 0;
    all += idf;
    squareA += weightA ** 2;
    squareB += weightB ** 2;
    if (left !== right) {
      const idfClass = Math.max(0, Math.floor(idf - 0.5));
      if (idfClass < IDF_CLASSES) unsharedByClass[idfClass] = (unsharedByClass[idfClass] ?? 0) + 1;
      continue;
    }
    dot += weightA * weightB;
    shared += idf;
    [rarest, nextRarest] = idf > rarest ? [idf, rarest] : [rarest, Math.max(nextRarest, idf)];
  }
  const [aInB, bInA] = [shareIn(a.title, b, table), shareIn(b.title, a, table)];
  const haveOnlyTitles = a.summary.length + b.summary.length === 0;
  return [
    1,
    Math.log1p(others),
    Math.sqrt(dot / (Math.sqrt(squareA * squareB) || 1)),
    Math.sqrt(cosineOfTitles(a, b, table)),
    Math.min(aInB, bInA),
    Math.max(aInB, bInA),
    rarest / 5,
    nextRarest / 5,
    Math.log1p(shared),
    shared / (all || 1),
    Math.log1p(Math.min(a.terms.length, b.terms.length)),
    haveOnlyTitles ? Math.sqrt(cosineOfTrigrams(a, b, table)) : 0,
    haveDisjointNumbers(a, b) ? 1 : 0,
    ...unsharedByClass.map(Math.log1p),
  ];
}

/** Returns how much of a title another item contains, by idf, from 0 to 1. */
function shareIn(title: readonly number[], { termSet }: ParsedSignature, table: TermTable): number {
  let [sum, found] = [0, 0];
  for (const term of title) {
    sum += table.idf(term);
    if (termSet.has(term)) found += table.idf(term);
  }
  return found / (sum || 1);
}

function cosineOfTitles(a: ParsedSignature, b: ParsedSignature, table: TermTable): number {
  const square = (term: number) => table.idf(term) ** 2;
  let [dot, squareA, squareB] = [0, 0, 0];
  for (const term of a.title) {
    squareA += square(term);
    if (b.title.includes(term)) dot += square(term);
  }
  for (const term of b.title) squareB += square(term);
  return dot / (Math.sqrt(squareA * squareB) || 1);
}

/** Compares the titles' trigrams, weighted by the idf of their words. Trigrams find inflected and compound words. */
function cosineOfTrigrams(a: ParsedSignature, b: ParsedSignature, table: TermTable): number {
  const [left, right] = [trigramsOf(a, table), trigramsOf(b, table)];
  const square = (trigrams: ReadonlyMap<string, number>) =>
    [...trigrams.values()].reduce((sum, weight) => sum + weight ** 2, 0);
  let dot = 0;
  for (const [trigram, weight] of left) dot += weight * (right.get(trigram) ?? 0);
  return dot / (Math.sqrt(square(left) * square(right)) || 1);
}

function trigramsOf({ title }: ParsedSignature, table: TermTable): Map<string, number> {
  const trigrams = new Map<string, number>();
  for (const id of title) {
    const word = `_${table.text(id)}`;
    for (let at = 0; at + 3 <= word.length; at++) {
      const trigram = word.slice(at, at + 3);
      trigrams.set(trigram, Math.max(table.idf(id), trigrams.get(trigram) ?? 0));
    }
  }
  return trigrams;
}

/** Returns whether both titles have numbers and none of them occurs in the other item. */
function haveDisjointNumbers(a: ParsedSignature, b: ParsedSignature): boolean {
  if (a.numbers.length === 0 || b.numbers.length === 0) return false;
  return (
    !a.numbers.some((number) => b.termSet.has(number)) && !b.numbers.some((number) => a.termSet.has(number))
  );
}
