import type { Reading } from './reading.ts';
import { EXPECTED, type Vocabulary } from './vocabulary.ts';

/** So many items' worth is known of words before a topic has any: `Vocabulary.expected` is of as many. */
const KNOWN_BEFORE = 300;
/** In how many of those three letters are expected. */
const EXPECTED_LETTERS = 3;

/** How rare words are among the items of a topic: what many of them have tells little. */
export class Rarity {
  items = 0;
  readonly #vocabulary: Vocabulary;
  readonly #having: number[] = [];
  readonly #letters = new Map<number, number>();
  readonly #unread: [letters: Float64Array, count: 1 | -1][] = [];

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Counts what an item says; with -1, no longer. */
  note({ words, letters }: Reading, count: 1 | -1): void {
    this.items += count;
    for (const word of words) this.#having[word] = this.#count(word) + count;
    this.#unread.push([letters, count]);
  }

  /** Those of many items are asked for seldom, by titles alone. */
  #readLetters(): void {
    for (const [letters, count] of this.#unread.splice(0)) {
      for (const part of letters) this.#letters.set(part, (this.#letters.get(part) ?? 0) + count);
    }
  }

  /** Of a word that nothing is known of. */
  get ofUnknown(): number {
    return Math.log((this.items + KNOWN_BEFORE) / EXPECTED);
  }

  /** How surprising it is that two items share a word. That the one of them has it is not. */
  of(word: number): number {
    const expected = this.#vocabulary.expected(word);
    return Math.log((this.items + KNOWN_BEFORE) / (Math.max(0, this.#count(word) - 1) + expected));
  }

  ofLetters(part: number): number {
    if (this.#unread.length > 0) this.#readLetters();
    return Math.log(
      (this.items + KNOWN_BEFORE) / (Math.max(0, (this.#letters.get(part) ?? 0) - 1) + EXPECTED_LETTERS),
    );
  }

  #count(word: number): number {
    return this.#having[word] ?? 0;
  }
}
