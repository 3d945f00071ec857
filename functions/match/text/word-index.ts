import { folded } from '../../shared/text/folded.ts';
import type { VariantWord } from '../../shared/text/variants.ts';
import type { WordForms } from '../inflection/inflection.ts';

export interface WrittenWord {
  /** In lower case. */
  readonly text: string;
  /** As written. */
  readonly raw: string;
}

type FormsOf = (text: string) => WordForms;
type Spellings = ReadonlyMap<string, readonly number[]>;

const NONE: readonly number[] = [];
/** All forms of a word share at least this many first letters. */
const MIN_PREFIX = 2;

/**
 * An index of the words or compounds of a text. A term is compared with the few spellings that may match it, not with
 * every word of the text.
 */
export class WordIndex<T extends WrittenWord> {
  /** The first word of each distinct spelling. */
  readonly spellings: T[] = [];
  /** The spelling of each word, by the word's index. */
  readonly spellingOf: Int32Array;
  /** The indexes of the words with each spelling, in order. */
  readonly #indexes: number[][] = [];
  #byRaw: Spellings | undefined;
  #byText: Spellings | undefined;
  readonly #plain: string[] = [];
  #byPlain: Spellings | undefined;
  #byPrefix: Spellings | undefined;

  /** Words with the same text but different kinds count as different spellings. */
  constructor(words: readonly T[], kindOf: (word: T) => string = () => '') {
    const known = new Map<string, number>();
    this.spellingOf = new Int32Array(words.length);
    words.forEach((word, at) => {
      const key = word.raw + kindOf(word);
      let spelling = known.get(key);
      if (spelling === undefined) {
        spelling = this.spellings.push(word) - 1;
        known.set(key, spelling);
        this.#indexes.push([]);
      }
      this.spellingOf[at] = spelling;
      this.#indexes[spelling]?.push(at);
    });
  }

  /** Returns the indexes of all words that have one of these spellings, in order. */
  indexesOf(spellings: readonly number[]): readonly number[] {
    const [first] = spellings;
    if (first === undefined) return NONE;
    if (spellings.length === 1) return this.#indexes[first] ?? NONE;
    return spellings.flatMap((spelling) => this.#indexes[spelling] ?? []).sort((a, b) => a - b);
  }

  /** Returns the spellings that may match a wanted word. Includes all that match and some that do not. */
  candidates({ text, form, prefix }: VariantWord, formsOf: FormsOf): readonly number[] {
    if (prefix) return this.#startingWith(text, form);
    if (form === 'exact') {
      this.#byText ??= this.#by((spelling) => (this.spellings[spelling] as T).text);
      return this.#byText.get(text) ?? NONE;
    }
    if (form === 'cased') {
      this.#byRaw ??= this.#by((spelling) => (this.spellings[spelling] as T).raw);
      return this.#byRaw.get(text) ?? NONE;
    }
    const plain = folded(text);
    this.#byPlain ??= this.#by((spelling) => this.#plainOf(spelling));
    const same = this.#byPlain.get(plain) ?? NONE;
    if (form !== 'inflected') return same;
    const byPrefix = this.#prefixes(formsOf);
    const found = new Set(same);
    for (let length = MIN_PREFIX; length <= plain.length; length++)
      for (const spelling of byPrefix.get(plain.slice(0, length)) ?? NONE) found.add(spelling);
    return [...found];
  }

  #startingWith(text: string, form: VariantWord['form']): readonly number[] {
    const plain = form === 'exact' || form === 'cased' ? '' : folded(text);
    return this.spellings.flatMap(({ raw, text: word }, spelling) => {
      const begins =
        form === 'cased'
          ? raw.startsWith(text)
          : form === 'exact'
            ? word.startsWith(text)
            : this.#plainOf(spelling).startsWith(plain);
      return begins ? [spelling] : [];
    });
  }

  #by(keyOf: (spelling: number) => string): Spellings {
    const found = new Map<string, number[]>();
    for (let spelling = 0; spelling < this.spellings.length; spelling++)
      add(found, keyOf(spelling), spelling);
    return found;
  }

  #plainOf(spelling: number): string {
    const known = this.#plain[spelling];
    if (known !== undefined) return known;
    const plain = folded(this.spellings[spelling]?.text ?? '');
    this.#plain[spelling] = plain;
    return plain;
  }

  #prefixes(formsOf: FormsOf): Spellings {
    if (!this.#byPrefix) {
      const byPrefix = new Map<string, number[]>();
      this.spellings.forEach(({ text }, spelling) => {
        for (const prefix of formsOf(text).prefixes) add(byPrefix, prefix, spelling);
      });
      this.#byPrefix = byPrefix;
    }
    return this.#byPrefix;
  }
}

function add(map: Map<string, number[]>, key: string, value: number): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
