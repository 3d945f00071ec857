import type { Rarity } from './rarity.ts';
import { has, type Reading } from './reading.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Classes of rarity, from the commonest words up. */
const CLASSES = 7;

export const EVIDENCE: readonly string[] = [
  'always',
  'others',
  'likeness, root',
  'likeness of titles, root',
  'title held, least',
  'title held, most',
  'title held, product',
  'pairs',
  'numbers',
  'numbers differ',
  'rarest',
  'next rarest',
  'length',
  'share',
  'shared',
  'letters, root',
  'likeness',
  ...classes('shared words'),
  ...classes('shared names'),
  ...classes('other words'),
];

function classes(name: string): string[] {
  return Array.from({ length: CLASSES }, (_, n) => `${name}, ${n}`);
}

/**
 * What speaks for and against two items telling the same news, among so many others: a number for each of `EVIDENCE`.
 */
export function evidenceOf(
  a: Reading,
  b: Reading,
  rarity: Rarity,
  vocabulary: Vocabulary,
  others: number,
): Float64Array {
  const counts = new Float64Array(3 * CLASSES);
  let [rarest, next, shared, all, numbers, dot, squareA, squareB] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let m = 0, n = 0; m < a.words.length || n < b.words.length; ) {
    const [left, right] = [a.words[m] ?? Number.POSITIVE_INFINITY, b.words[n] ?? Number.POSITIVE_INFINITY];
    const word = Math.min(left, right);
    const weight = rarity.of(word);
    const kind = Math.max(0, Math.min(CLASSES - 1, Math.floor(weight - 0.5)));
    const [ofA, ofB] = [
      left === word ? (a.strengths[m++] ?? 0) * weight : 0,
      right === word ? (b.strengths[n++] ?? 0) * weight : 0,
    ];
    all += weight;
    squareA += ofA * ofA;
    squareB += ofB * ofB;
    if (left !== right) {
      increase(counts, 2 * CLASSES + kind);
      continue;
    }
    dot += ofA * ofB;
    shared += weight;
    if (vocabulary.isNumber(word)) numbers += weight;
    increase(counts, a.names.has(word) && b.names.has(word) ? CLASSES + kind : kind);
    if (weight > rarest) [rarest, next] = [weight, rarest];
    else if (weight > next) next = weight;
  }
  const likeness = dot / (Math.sqrt(squareA * squareB) || 1);
  const [left, right] = [held(a.title, b, rarity), held(b.title, a, rarity)];
  const letters = a.summary.length + b.summary.length === 0 ? Math.sqrt(likenessOfLetters(a, b, rarity)) : 0;
  const many = Math.log1p(others);
  const length = Math.log1p(Math.min(a.words.length, b.words.length));
  const evidence = new Float64Array(EVIDENCE.length);
  evidence.set([
    1,
    many,
    Math.sqrt(likeness),
    Math.sqrt(likenessOfTitles(a, b, rarity)),
    Math.min(left, right),
    Math.max(left, right),
    left * right,
    Math.log1p(common(a.pairs, b.pairs)),
    Math.log1p(numbers),
    numbersDiffer(a, b, vocabulary) ? 1 : 0,
    rarest / 5,
    next / 5,
    length,
    shared / (all || 1),
    Math.log1p(shared),
    letters,
    likeness,
  ]);
  evidence.set(counts.map(Math.log1p), EVIDENCE.length - counts.length);
  return evidence;
}

function increase(counts: Float64Array, n: number): void {
  counts[n] = (counts[n] ?? 0) + 1;
}

/** How much of a title the other item has, from 0 to 1, by what its words tell. */
export function held(title: readonly number[], other: Reading, rarity: Rarity): number {
  let [sum, found] = [0, 0];
  for (const word of title) {
    const weight = rarity.of(word);
    sum += weight;
    if (has(other, word)) found += weight;
  }
  return found / (sum || 1);
}

function likenessOfTitles(a: Reading, b: Reading, rarity: Rarity): number {
  const square = (word: number) => rarity.of(word) ** 2;
  let [dot, left, right] = [0, 0, 0];
  for (const word of a.title) {
    left += square(word);
    if (b.title.includes(word)) dot += square(word);
  }
  for (const word of b.title) right += square(word);
  return dot / (Math.sqrt(left * right) || 1);
}

function likenessOfLetters(a: Reading, b: Reading, rarity: Rarity): number {
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let m = 0, n = 0; m < a.letters.length || n < b.letters.length; ) {
    const [left, right] = [
      a.letters[m] ?? Number.POSITIVE_INFINITY,
      b.letters[n] ?? Number.POSITIVE_INFINITY,
    ];
    const square = rarity.ofLetters(Math.min(left, right)) ** 2;
    if (left <= right) m++;
    if (right <= left) n++;
    if (left <= right) squareA += square;
    if (right <= left) squareB += square;
    if (left === right) dot += square;
  }
  return dot / (Math.sqrt(squareA * squareB) || 1);
}

function common(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let count = 0;
  for (const one of a) if (b.has(one)) count++;
  return count;
}

/** Both titles name numbers, and none of them is the other item's. */
function numbersDiffer(a: Reading, b: Reading, vocabulary: Vocabulary): boolean {
  const [left, right] = [a, b].map(({ title }) => title.filter((word) => vocabulary.isNumber(word)));
  if (!left?.length || !right?.length) return false;
  return !left.some((number) => has(b, number)) && !right.some((number) => has(a, number));
}
