import { commonWords } from './common-words.ts';
import { isLetters, isNumber } from './terms.ts';

/** In how many of 300 stories a word is expected that nothing is known of; short words and numbers are commoner. */
export const EXPECTED = 0.8;
const EXPECTED_SHORT = 2;
const SHORT = 4;
const EVERYWHERE = 300;

/** Numbers for words, so that items are compared in microseconds. */
export class Vocabulary {
  readonly #numbers = new Map<string, number>();
  readonly #isNumber: boolean[] = [];
  readonly #isLetters: boolean[] = [];
  readonly #expected: number[] = [];

  of(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(word, number);
    this.#isNumber.push(isNumber(word));
    this.#isLetters.push(isLetters(word));
    const unknown = word.length < SHORT || isNumber(word) ? EXPECTED_SHORT : EXPECTED;
    this.#expected.push(commonWords.get(word) ?? unknown);
    return number;
  }

  /** Words that every story has. */
  expectEverywhere(words: Iterable<string>): void {
    for (const word of words) this.#expected[this.of(word)] = EVERYWHERE;
  }

  isNumber(word: number): boolean {
    return this.#isNumber[word] ?? false;
  }

  /** Two letters of a script without spaces, where a name makes several. */
  isLetters(word: number): boolean {
    return this.#isLetters[word] ?? false;
  }

  /** In how many of 300 stories it stands in general. */
  expected(word: number): number {
    return this.#expected[word] ?? EXPECTED;
  }
}
