import type { ParsedSignature, TermTable } from './term-table.ts';

/**
 * Terms that only one of the two items has, by their idf, from the most common up. Rarer ones do not count: a weight for
 * them would be nonsense as long as all terms look rare, before the stream is known.
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
 * Returns what speaks for and against two items reporting the same event: a number for each of `FEATURES`. `others`:
 * among how many items of about the same time they are.
 */
export function featuresOf(
  a: ParsedSignature,
  b: ParsedSignature,
  table: TermTable,
  others: number,
): number[] {
  const ofOne = Array.from({ length: IDF_CLASSES }, () => 0);
  let [dot, squareA, squareB, shared, all, rarest, next] = [0, 0, 0, 0, 0, 0, 0];
  for (let m = 0, n = 0; m < a.terms.length || n < b.terms.length; ) {
    const [left, right] = [a.terms[m] ?? Infinity, b.terms[n] ?? Infinity];
    const idf = table.idf(Math.min(left, right));
    const ofA = left <= right ? (a.weights[m++] ?? 0) * idf : 0;
    const ofB = right <= left ? (b.weights[n++] ?? 0) * idf : 0;
    all += idf;
    squareA += ofA ** 2;
    squareB += ofB ** 2;
    if (left !== right) {
      const place = Math.max(0, Math.floor(idf - 0.5));
      if (place < IDF_CLASSES) ofOne[place] = (ofOne[place] ?? 0) + 1;
      continue;
    }
    dot += ofA * ofB;
    shared += idf;
    [rarest, next] = idf > rarest ? [idf, rarest] : [rarest, Math.max(next, idf)];
  }
  const [aInB, bInA] = [shareIn(a.title, b, table), shareIn(b.title, a, table)];
  const haveTitlesAlone = a.summary.length + b.summary.length === 0;
  return [
    1,
    Math.log1p(others),
    Math.sqrt(dot / (Math.sqrt(squareA * squareB) || 1)),
    Math.sqrt(cosineOfTitles(a, b, table)),
    Math.min(aInB, bInA),
    Math.max(aInB, bInA),
    rarest / 5,
    next / 5,
    Math.log1p(shared),
    shared / (all || 1),
    Math.log1p(Math.min(a.terms.length, b.terms.length)),
    haveTitlesAlone ? Math.sqrt(cosineOfLetters(a, b, table)) : 0,
    numbersDiffer(a, b) ? 1 : 0,
    ...ofOne.map(Math.log1p),
  ];
}

/** Returns the share of a title that another item has, by idf, from 0 to 1. */
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

/** Every three letters in a row, by the idf of their words: they find inflected and compound words. */
function cosineOfLetters(a: ParsedSignature, b: ParsedSignature, table: TermTable): number {
  const [left, right] = [lettersOf(a, table), lettersOf(b, table)];
  const square = (letters: ReadonlyMap<string, number>) =>
    [...letters.values()].reduce((sum, weight) => sum + weight ** 2, 0);
  let dot = 0;
  for (const [three, weight] of left) dot += weight * (right.get(three) ?? 0);
  return dot / (Math.sqrt(square(left) * square(right)) || 1);
}

function lettersOf({ title }: ParsedSignature, table: TermTable): Map<string, number> {
  const letters = new Map<string, number>();
  for (const id of title) {
    const within = `_${table.text(id)}`;
    for (let at = 0; at + 3 <= within.length; at++) {
      const three = within.slice(at, at + 3);
      letters.set(three, Math.max(table.idf(id), letters.get(three) ?? 0));
    }
  }
  return letters;
}

/** Both titles have numbers, and none of them is the other item's. */
function numbersDiffer(a: ParsedSignature, b: ParsedSignature): boolean {
  if (a.numbers.length === 0 || b.numbers.length === 0) return false;
  return (
    !a.numbers.some((number) => b.termSet.has(number)) && !b.numbers.some((number) => a.termSet.has(number))
  );
}
