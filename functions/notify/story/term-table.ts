import { isLetterPair, isNumber } from '../../shared/text/terms.ts';
import type { Signature } from './signature.ts';

/** A signature ready for comparison: its terms are ids of a term table. */
export interface ParsedSignature {
  /** The signature of the title alone. */
  readonly titleSignature: Signature;
  readonly title: readonly number[];
  readonly summary: readonly number[];
  /** Terms of title and summary, ascending. */
  readonly terms: Int32Array;
  /** Weight of each of `terms`: higher in a title, highest in both. */
  readonly weights: readonly number[];
  readonly termSet: ReadonlySet<number>;
  /** Terms of the title that are numbers. */
  readonly numbers: readonly number[];
  /** The title is in a script without spaces, where a name makes several terms. */
  readonly isUnspaced: boolean;
  /** Terms of the summary that are names. */
  readonly names: ReadonlySet<number>;
  /** Short hash of the outlet, if known. */
  readonly outlet: string | undefined;
}

const SUMMARY_WEIGHT = 1;
const TITLE_WEIGHT = 1.7;
const TITLE_AND_SUMMARY_WEIGHT = 2.1;
/** Maximum number of cached signatures, about 3 KB each. */
const MAX_PARSED = 6_000;

/** Document frequencies of terms. */
export interface TermCounts {
  /** Number of counted items. */
  readonly items: number;
  /** Returns how many of the items contain a term. */
  of(term: string): number;
}

/** Smoothing: the number of items assumed in addition to the counted ones, and how many of them contain an unseen term. */
const PRIOR_ITEMS = 300;
const PRIOR_COUNT = 0.8;
/** The same for short terms and numbers, which are more common. */
const PRIOR_COUNT_SHORT = 2;
const MIN_LONG_TERM = 4;
/**
 * Counts assumed until the stream shows how common terms are. Any term may be common. Watched terms certainly are, since
 * all items of a topic contain them.
 */
const UNKNOWN_COUNT = 3;
const UNKNOWN_COUNT_WATCHED = 50;
/** After this many items of the stream, or of the group at hand, the assumed counts have halved. */
const UNKNOWN_HALF_LIFE_ITEMS = 300;
const UNKNOWN_HALF_LIFE_ITEMS_EXACT = 8;

/** Gives terms ids and idf values, and caches parsed signatures. */
export class TermTable {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #parsed = new Map<Signature, ParsedSignature>();
  readonly #idf: number[] = [];
  readonly #watched: ReadonlySet<string> | undefined;
  readonly counts: TermCounts;

  /** `watched` are the terms that topics watch for. Pass them if the counts are those of the stream. */
  constructor(counts: TermCounts, watched?: ReadonlySet<string>) {
    this.counts = counts;
    this.#watched = watched;
  }

  /** Whether the cache is full, so that a new table should replace this one. */
  get isFull(): boolean {
    return this.#parsed.size >= MAX_PARSED;
  }

  /** Number of known terms. */
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

  /** Returns the inverse document frequency of a term: how surprising it is that two items share it. */
  idf(id: number): number {
    const known = this.#idf[id];
    if (known !== undefined) return known;
    const idf = this.#idfOf(this.text(id));
    this.#idf[id] = idf;
    return idf;
  }

  /** The idf of a term that was never seen. */
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

/** Returns the exact term counts of the given items. */
export function countTerms(signatures: readonly Signature[]): TermCounts {
  const counts = new Map<string, number>();
  for (const signature of signatures) {
    const terms = new Set(signature.split(/[ |]/).map((term) => term.replace(/\*$/, '')));
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return { items: signatures.length, of: (term) => counts.get(term) ?? 0 };
}
