import { isLetterPair, isNumber } from '../../shared/text/terms.ts';
import type { Signature } from './signature.ts';

/** A signature that can be compared: its terms are numbers of a term table. */
export interface ParsedSignature {
  /** The signature of the title alone. */
  readonly titleSignature: Signature;
  readonly title: readonly number[];
  readonly summary: readonly number[];
  /** Those of both, ascending. */
  readonly terms: Int32Array;
  /** How much each of `terms` counts: more in a title, and most in both. */
  readonly weights: readonly number[];
  readonly termSet: ReadonlySet<number>;
  /** Terms of the title that are numbers. */
  readonly numbers: readonly number[];
  /** The title is of a script without spaces, where a name makes several terms. */
  readonly isUnspaced: boolean;
  /** Terms of the summary that are names. */
  readonly names: ReadonlySet<number>;
  /** A short hash of the outlet; undefined where it is not known. */
  readonly outlet: string | undefined;
}

const SUMMARY_WEIGHT = 1;
const TITLE_WEIGHT = 1.7;
const TITLE_AND_SUMMARY_WEIGHT = 2.1;
/** Some 3 KB each. */
const MAX_PARSED = 6_000;

/** How many items have a term, of how many. */
export interface TermCounts {
  readonly items: number;
  of(term: string): number;
}

/** So many items are assumed beside those that were counted, and a new term in so many of them. */
const PRIOR_ITEMS = 300;
const PRIOR_COUNT = 0.8;
/** Short terms and numbers are more common. */
const PRIOR_COUNT_SHORT = 2;
const MIN_LONG_TERM = 4;
/**
 * Until the stream shows how common terms are, any may be a common one, and those that topics watch for are: all items of
 * a topic have them.
 */
const UNKNOWN_COUNT = 3;
const UNKNOWN_COUNT_WATCHED = 50;
/** Half of that fades with so many items of the stream, or of those that are grouped. */
const UNKNOWN_HALF_LIFE_ITEMS = 300;
const UNKNOWN_HALF_LIFE_ITEMS_EXACT = 8;

/** Numbers for terms, what is known of each, and the signatures that were parsed with them. */
export class TermTable {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #parsed = new Map<Signature, ParsedSignature>();
  readonly #idf: number[] = [];
  readonly #watched: ReadonlySet<string> | undefined;
  readonly counts: TermCounts;

  /** `watched`: the terms that topics watch for, where the counts are those of the stream. */
  constructor(counts: TermCounts, watched?: ReadonlySet<string>) {
    this.counts = counts;
    this.#watched = watched;
  }

  /** Whether so much was parsed that a new table should take the place of this one. */
  get isFull(): boolean {
    return this.#parsed.size >= MAX_PARSED;
  }

  /** How many terms it knows. */
  get size(): number {
    return this.#texts.length;
  }

  parse(signature: Signature): ParsedSignature {
    const known = this.#parsed.get(signature);
    if (known) return known;
    const [head = '', body = '', outlet] = signature.split('|', 3);
    const names = new Set<number>();
    const title = splitTerms(head).map((term) => this.#id(term));
    const summary = splitTerms(body).map((marked) => {
      const isName = marked.endsWith('*');
      const id = this.#id(isName ? marked.slice(0, -1) : marked);
      if (isName) names.add(id);
      return id;
    });
    const weights = new Map(title.map((id) => [id, TITLE_WEIGHT]));
    for (const id of summary) weights.set(id, weights.has(id) ? TITLE_AND_SUMMARY_WEIGHT : SUMMARY_WEIGHT);
    const terms = Int32Array.from(weights.keys()).sort();
    const parsed = {
      titleSignature: `${head}|`,
      title,
      summary,
      terms,
      weights: Array.from(terms, (term) => weights.get(term) ?? 0),
      termSet: new Set(terms),
      numbers: title.filter((term) => isNumber(this.text(term))),
      isUnspaced: title.filter((term) => isLetterPair(this.text(term))).length * 2 > title.length,
      names,
      outlet,
    };
    this.#parsed.set(signature, parsed);
    return parsed;
  }

  /** Inverse document frequency: how surprising it is that two items share a term. That one of them has it is not. */
  idf(id: number): number {
    const known = this.#idf[id];
    if (known !== undefined) return known;
    const idf = this.#idfOf(this.text(id));
    this.#idf[id] = idf;
    return idf;
  }

  /** The idf of a term that nobody has heard before. */
  get maxIdf(): number {
    return Math.log((this.counts.items + PRIOR_ITEMS) / (PRIOR_COUNT + this.#unknown('')));
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }

  #id(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    const id = this.#texts.push(term) - 1;
    this.#ids.set(term, id);
    return id;
  }

  #unknown(term: string): number {
    const items = this.#watched ? UNKNOWN_HALF_LIFE_ITEMS : UNKNOWN_HALF_LIFE_ITEMS_EXACT;
    const count = this.#watched?.has(term) ? UNKNOWN_COUNT_WATCHED : UNKNOWN_COUNT;
    return (count * items) / (this.counts.items + items);
  }

  #idfOf(term: string): number {
    const usual = term.length < MIN_LONG_TERM || isNumber(term) ? PRIOR_COUNT_SHORT : PRIOR_COUNT;
    const count = Math.max(0, this.counts.of(term) - 1) + usual + this.#unknown(term);
    return Math.log((this.counts.items + PRIOR_ITEMS) / count);
  }
}

const splitTerms = (terms: string) => (terms === '' ? [] : terms.split(' '));

/** Exact counts of the terms of items that are all at hand. */
export function countTerms(signatures: readonly Signature[]): TermCounts {
  const counts = new Map<string, number>();
  for (const signature of signatures) {
    const terms = new Set(signature.split(/[ |]/).map((term) => term.replace(/\*$/, '')));
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return { items: signatures.length, of: (term) => counts.get(term) ?? 0 };
}
