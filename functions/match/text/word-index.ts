import { folded } from '../../shared/text/folded.ts';
import type { VariantWord } from '../../shared/text/variants.ts';
import type { WordForms } from '../inflection/inflection.ts';

/** A word or a compound. */
export interface WrittenWord {
  /** Lower case. */
  readonly text: string;
  /** The word as written. */
  readonly raw: string;
}

type FormsOf = (text: string) => WordForms;
type Spellings = ReadonlyMap<string, readonly number[]>;

const NONE: readonly number[] = [];
/** Forms of a word have this many letters in common at least. */
const MIN_BEGINNING = 2;

/**
 * The words of a text, each spelling once, by what terms compare of them: a term is compared with the few that can meet
 * it, instead of with every word of the text.
 */
export class WordIndex<T extends WrittenWord> {
  /** The first word of each spelling. */
  readonly spellings: T[] = [];
  /** The spelling of each word. */
  readonly spellingOf: Int32Array;
  /** The words of each spelling, in order. */
  readonly #places: number[][] = [];
  #byRaw: Spellings | undefined;
  #byText: Spellings | undefined;
  readonly #plain: string[] = [];
  #byPlain: Spellings | undefined;
  #byBeginning: Spellings | undefined;

  /** `kindOf`: words of different kinds are different spellings. */
  constructor(words: readonly T[], kindOf: (word: T) => string = () => '') {
    const known = new Map<string, number>();
    this.spellingOf = new Int32Array(words.length);
    words.forEach((word, at) => {
      const key = word.raw + kindOf(word);
      let spelling = known.get(key);
      if (spelling === undefined) {
        spelling = this.spellings.push(word) - 1;
        known.set(key, spelling);
        this.#places.push([]);
      }
      this.spellingOf[at] = spelling;
      this.#places[spelling]?.push(at);
    });
  }

  /** Returns the indexes of the words of some spellings, in order. */
  indexesOf(spellings: readonly number[]): readonly number[] {
    const [first] = spellings;
    if (first === undefined) return NONE;
    if (spellings.length === 1) return this.#places[first] ?? NONE;
    return spellings.flatMap((spelling) => this.#places[spelling] ?? []).sort((a, b) => a - b);
  }

  /** Returns the spellings that may meet what is wanted: all that do, and some others. */
  candidates({ text, form, prefix }: VariantWord, formsOf: FormsOf): readonly number[] {
    if (prefix) return this.#beginningWith(text, form);
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
    const byBeginning = this.#beginnings(formsOf);
    const found = new Set(same);
    for (let length = MIN_BEGINNING; length <= plain.length; length++)
      for (const spelling of byBeginning.get(plain.slice(0, length)) ?? NONE) found.add(spelling);
    return [...found];
  }

  #beginningWith(text: string, form: VariantWord['form']): readonly number[] {
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

  #beginnings(formsOf: FormsOf): Spellings {
    if (!this.#byBeginning) {
      const byBeginning = new Map<string, number[]>();
      this.spellings.forEach(({ text }, spelling) => {
        for (const beginning of formsOf(text).prefixes) add(byBeginning, beginning, spelling);
      });
      this.#byBeginning = byBeginning;
    }
    return this.#byBeginning;
  }
}

function add(map: Map<string, number[]>, key: string, value: number): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
