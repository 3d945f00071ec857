import { functionWords } from '../../functions/shared/text/function-words.ts';
import { type SeededRandom, seededRandom } from '../../test/helpers/seeded-random.ts';

/** A term is a word, a phrase of two to four words, `word*`, or one of these after `title:`. All are exact forms. */
export interface BenchTopic {
  readonly id: number;
  readonly any: readonly string[];
  /** At least one term of each group must match. */
  readonly all: readonly (readonly string[])[];
  readonly not: readonly string[];
}

export interface BenchItem {
  readonly title: string;
  readonly body: string;
}

const WORDS = 150_000;
const PHRASES = 100_000;
/** Share of phrases among the units of a text. */
const PHRASE_SHARE = 0.08;
const TITLE_WORDS = 9;

/**
 * Topics and news in an invented language. Its statistics resemble those of 100,000 topics on real news, for which
 * the engine was designed: the vocabulary, the frequency of words and phrases in texts and topics, the shape of
 * topics, and the number of topics that an item matches.
 */
export class Workload {
  readonly #seed: number;
  readonly #words: readonly string[];
  /** Each word as written within a sentence. */
  readonly #written: readonly string[];
  /** Phrases, as indexes of words. */
  readonly #phrases: readonly (readonly number[])[];
  readonly #wordOf: Zipf;
  readonly #phraseOf: Zipf;

  constructor(seed: number) {
    this.#seed = seed;
    const random = seededRandom(seed);
    this.#words = vocabulary(random);
    this.#written = this.#words.map((word, rank) => writtenForm(word, rank, random));
    this.#phrases = Array.from({ length: PHRASES }, () => [
      ...Array.from({ length: pickBy(PHRASE_LENGTHS, random) - 1 }, () => skewed(WORDS, 5, random)),
      MIN_PHRASE_RANK + skewed(WORDS - MIN_PHRASE_RANK, 3, random),
    ]);
    this.#wordOf = new Zipf(WORDS, 1.03, 12_000);
    this.#phraseOf = new Zipf(PHRASES, 0.9, 3_000);
  }

  /** Returns the first `count` topics of a fixed sequence. */
  topics(count: number): BenchTopic[] {
    const random = seededRandom(this.#seed + 1);
    const terms = (amount: number, term: () => string) => Array.from({ length: amount }, term);
    return Array.from({ length: count }, (_, id) => {
      const groups = pickBy(ALL_GROUPS, random);
      // Terms without other groups are more often names than words.
      const skew = groups === 0 ? 1.1 : 2.1;
      return {
        id,
        any: terms(pickBy(ANY, random), () => this.#anyTerm(skew, random)),
        all: Array.from({ length: groups }, () =>
          terms(pickBy(ALL_TERMS, random), () => this.#term(ALL_KINDS, 2.2, random)),
        ),
        not: terms(pickBy(NOT, random), () => this.#term(NOT_KINDS, 3, random)),
      };
    });
  }

  /** Returns items with titles and with bodies of about this many words. */
  items(count: number, words: number): BenchItem[] {
    const random = seededRandom(this.#seed + 2 + words);
    return Array.from({ length: count }, () => ({
      title: this.#text(TITLE_WORDS, random),
      body: this.#text(words, random),
    }));
  }

  #anyTerm(skew: number, random: SeededRandom): string {
    return (random.chance(0.08) ? 'title:' : '') + this.#term(ANY_KINDS, skew, random);
  }

  /** Returns a random term. A larger skew gives more frequent words. */
  #term(kinds: Chances, skew: number, random: SeededRandom): string {
    const kind = pickBy(kinds, random);
    if (kind === PHRASE) return this.#phrase(random).join(' ');
    if (kind === PHRASE_PREFIX) return `${toPrefix(this.#phrase(random).join(' '), random)}*`;
    const word = () => this.#words[MIN_TOPIC_RANK + skewed(WORDS - MIN_TOPIC_RANK, skew, random)] as string;
    if (kind === WORD) return word();
    let whole = word();
    while (whole.length < MIN_PREFIX) whole = word();
    return `${toPrefix(whole, random)}*`;
  }

  #phrase(random: SeededRandom): string[] {
    const phrase = this.#phrases[skewed(PHRASES, 1, random)] as readonly number[];
    return phrase.map((rank) => this.#words[rank] as string);
  }

  #text(words: number, random: SeededRandom): string {
    let text = '';
    let left = 0;
    for (let count = 0; count < words; ) {
      const unit = random.chance(PHRASE_SHARE)
        ? (this.#phrases[this.#phraseOf.pick(random)] as readonly number[])
        : [this.#wordOf.pick(random)];
      for (const rank of unit) {
        const written = this.#written[rank] as string;
        if (left-- <= 0) {
          text += text === '' ? '' : '. ';
          text += written.charAt(0).toUpperCase() + written.slice(1);
          left = random.between(8, 28);
        } else text += pickBy(GAPS, random) + written;
        count++;
      }
      if (random.chance(0.003)) text += '’s';
    }
    return `${text}.`;
  }
}

/** Values with their shares in percent. */
type Chances<T = number> = readonly (readonly [value: T, share: number])[];

const [WORD, PHRASE, PREFIX, PHRASE_PREFIX] = [0, 1, 2, 3];
const ANY: Chances = [
  [1, 33.4],
  [2, 25.3],
  [3, 15.9],
  [4, 10],
  [5, 8],
  [6, 1.8],
  [7, 1.4],
  [8, 4.2],
];
const ALL_GROUPS: Chances = [
  [0, 56.5],
  [1, 35.2],
  [2, 8.3],
];
const ALL_TERMS: Chances = [
  [1, 17.4],
  [2, 33.7],
  [3, 21.3],
  [4, 14.8],
  [5, 5.2],
  [6, 7.6],
];
const NOT: Chances = [
  [0, 88.1],
  [1, 7.1],
  [2, 2.9],
  [3, 1.9],
];
const ANY_KINDS: Chances = [
  [WORD, 33],
  [PHRASE, 57.1],
  [PREFIX, 7.9],
  [PHRASE_PREFIX, 2],
];
const ALL_KINDS: Chances = [
  [WORD, 76.9],
  [PHRASE, 19.6],
  [PREFIX, 3.5],
];
const NOT_KINDS: Chances = [
  [WORD, 74.9],
  [PHRASE, 25.1],
];
const PHRASE_LENGTHS: Chances = [
  [2, 78],
  [3, 17],
  [4, 5],
];
const GAPS: Chances<string> = [
  [' ', 89.8],
  [', ', 8],
  [' “', 0.1],
  ['” ', 0.1],
  ['-', 1.5],
  [' - ', 0.5],
];
/** Minimum frequency rank of a watched word, because nobody watches for "the". */
const MIN_TOPIC_RANK = 60;
/** Minimum frequency rank of a word in a phrase, because nobody watches for "of the". */
const MIN_PHRASE_RANK = 500;
const MIN_PREFIX = 5;

function pickBy<T>(chances: Chances<T>, random: SeededRandom): T {
  let left = random.fraction() * 100;
  for (const [value, share] of chances) {
    left -= share;
    if (left < 0) return value;
  }
  return (chances[0] as readonly [T, number])[0];
}

/** Returns a random number less than `below`. A larger skew gives smaller numbers. */
function skewed(below: number, skew: number, random: SeededRandom): number {
  return Math.floor(below * random.fraction() ** skew);
}

/** Picks numbers such that the nth is about 1 / n^exponent as frequent as the first, and less in the tail. */
class Zipf {
  readonly #sums: Float64Array;

  constructor(count: number, exponent: number, tail: number) {
    let sum = 0;
    this.#sums = Float64Array.from({ length: count }, (_, n) => {
      sum += (n + 2) ** -exponent / (1 + (n / tail) ** 2);
      return sum;
    });
  }

  pick(random: SeededRandom): number {
    const wanted = random.fraction() * (this.#sums.at(-1) as number);
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const ONSETS = 'b c d f g h j k l m n p r s t v w b d g k l m n r s t ch br st th'.split(' ');
const VOWELS = 'a e i o u a e i o u ai ea ou'.split(' ');
const CODAS = 'l m n r s t d ck'.split(' ');
const ENDINGS = ['s', 'ed', 'ing'];
const ACCENTS: Readonly<Record<string, string>> = { a: 'á', e: 'é', i: 'í', o: 'ö', u: 'ü' };

/**
 * Words by which texts are recognised as English. All other words are unknown to language detection. No topic
 * consists of these words alone.
 */
const COMMON =
  'the to of and a in that for is on was with as at by from be are has have it he his an not this but they were which will who their or had its been she would there about'.split(
    ' ',
  );

/** Returns words by rank, most frequent first. Rarer words are longer. Some are inflections of others. */
function vocabulary(random: SeededRandom): string[] {
  const words: string[] = [];
  const known = new Set<string>();
  while (words.length < WORDS) {
    const word = newWord(words, random);
    if (known.has(word) || (functionWords.has(word) && !COMMON.includes(word))) continue;
    known.add(word);
    words.push(word);
  }
  return words;
}

function newWord(words: readonly string[], random: SeededRandom): string {
  const rank = words.length;
  const common = COMMON[rank];
  if (common !== undefined) return common;
  if (rank > 500 && random.chance(0.3)) return random.pick(words) + random.pick(ENDINGS);
  if (rank > 100 && random.chance(0.01)) return String(random.between(10, 2100));
  const syllables = rank < 60 ? 1 : rank < 4_000 ? 2 : random.between(2, 4);
  const word = Array.from(
    { length: syllables },
    () => random.pick(ONSETS) + random.pick(VOWELS) + (random.chance(0.3) ? random.pick(CODAS) : ''),
  ).join('');
  return random.chance(0.01) ? word.replace(/[aeiou]/, (vowel) => ACCENTS[vowel] ?? vowel) : word;
}

/** Returns a word as it is written. Some words are names, and a few are acronyms. */
function writtenForm(word: string, rank: number, random: SeededRandom): string {
  if (rank > 200 && random.chance(0.01)) return word.toUpperCase();
  return rank > 60 && random.chance(0.15) ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

/** Returns the beginning of a term, with some letters of its last word. */
function toPrefix(term: string, random: SeededRandom): string {
  const minLength = term.lastIndexOf(' ') + 1 + MIN_PREFIX;
  return term.length <= minLength ? term : term.slice(0, random.between(minLength, term.length));
}
