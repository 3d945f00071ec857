import { areTwo, retells } from './guards.ts';
import { likelihood } from './likelihood.ts';
import { Rarity } from './rarity.ts';
import type { Reading } from './reading.ts';
import { Readings } from './readings.ts';
import type { Signature } from './signature.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A story's item, as it is compared. */
export interface Member {
  readonly signature: Signature;
  /** When it was published or found, ms. */
  readonly at?: number;
}

export interface Kept extends Member {
  readonly reading: Reading;
}

export interface ComparisonOptions {
  /** Items further apart than this, ms, are not of one story. */
  readonly window?: number | undefined;
  /** Those of before, where there are any. */
  readonly readings?: Readings;
}

const DAY_MS = 86_400_000;

/**
 * What two items share at least to be compared at all: of what a word tells that nobody has heard before, and of what the
 * item tells. Spares most comparisons, and no more.
 */
const LEAST_SHARED = 0.2;
const LEAST_SHARE = 0.05;

/**
 * Among how many items of other news one is thought to stand, at least: without dates, and when they are known to be more
 * than a day apart. The fewer there are, the more a likeness tells; few items that are known may be of many.
 */
const UNDATED = 300;
const ANOTHER_DAY = 200;
/** So much is expected of a topic before any of its items is known: ten a day. */
const EXPECTED = { items: 100, days: 10 };

/** Items of a topic beside each other: how likely any two of them tell the same news. */
export class Comparison {
  readonly #readings: Readings;
  readonly #vocabulary: Vocabulary;
  readonly #rarity: Rarity;
  readonly #having = new Map<number, Set<Kept>>();
  /** Ascending. */
  readonly #times: number[] = [];
  readonly #window: number;

  constructor({ window = Number.POSITIVE_INFINITY, readings = new Readings() }: ComparisonOptions = {}) {
    this.#window = window;
    this.#readings = readings;
    this.#vocabulary = readings.vocabulary;
    this.#rarity = new Rarity(readings.vocabulary);
  }

  read(member: Member): Kept {
    return { ...member, reading: this.#readings.of(member.signature) };
  }

  add(item: Kept): void {
    this.#rarity.note(item.reading, 1);
    if (item.at !== undefined) this.#times.splice(this.#earlierThan(item.at), 0, item.at);
    for (const word of item.reading.words) {
      const having = this.#having.get(word);
      if (having) having.add(item);
      else this.#having.set(word, new Set([item]));
    }
  }

  remove(item: Kept): void {
    this.#rarity.note(item.reading, -1);
    if (item.at !== undefined) this.#times.splice(this.#earlierThan(item.at), 1);
    for (const word of item.reading.words) this.#having.get(word)?.delete(item);
  }

  /**
   * Of those that were added and share enough with an item, how likely each tells the same news, from 0 to 1; below any
   * number where they must not be of one story.
   */
  near(item: Kept): Map<Kept, number> {
    const shared = new Map<Kept, number>();
    let all = 0;
    for (const word of item.reading.words) {
      const weight = this.#rarity.of(word);
      all += weight;
      for (const other of this.#having.get(word) ?? []) {
        if (other !== item) shared.set(other, (shared.get(other) ?? 0) + weight);
      }
    }
    const least = Math.max(LEAST_SHARED * this.#rarity.ofUnknown, LEAST_SHARE * all);
    const others = this.#othersAround(item.at);
    const near = new Map<Kept, number>();
    for (const [other, weight] of shared) {
      if (weight >= least) near.set(other, this.#likelihood(item, other, others));
    }
    return near;
  }

  /** Whether one of the two may be left out for the other, likely as they are. */
  retells(item: Kept, other: Kept): boolean {
    return retells(item.reading, other.reading, this.#rarity, this.#vocabulary);
  }

  #likelihood(item: Kept, other: Kept, others: number): number {
    const time = item.at === undefined || other.at === undefined ? undefined : Math.abs(item.at - other.at);
    if (time !== undefined && time > this.#window) return Number.NEGATIVE_INFINITY;
    if (areTwo(item.reading, other.reading, { time }, this.#vocabulary)) return Number.NEGATIVE_INFINITY;
    const among = time === undefined ? UNDATED : time > DAY_MS ? ANOTHER_DAY : 0;
    return likelihood(item.reading, other.reading, this.#rarity, this.#vocabulary, Math.max(among, others));
  }

  /** How many items there are that one might be of the same story with, or how many are to be expected. */
  #othersAround(at: number | undefined): number {
    if (at === undefined || this.#window === Number.POSITIVE_INFINITY) return this.#rarity.items;
    const undated = this.#rarity.items - this.#times.length;
    const open = this.#earlierThan(at + this.#window + 1) - this.#earlierThan(at - this.#window);
    const days = ((this.#times.at(-1) ?? at) - (this.#times[0] ?? at)) / DAY_MS;
    const often = (this.#times.length + EXPECTED.items) / (days + EXPECTED.days);
    return Math.max(undated + open, often * ((2 * this.#window) / DAY_MS));
  }

  /** How many of the times are. */
  #earlierThan(at: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
