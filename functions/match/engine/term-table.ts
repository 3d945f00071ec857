import type { Compound } from '../../shared/text/compounds.ts';
import { folded, marked, quicklyFolded } from '../../shared/text/folded.ts';
import { cachedFormsOf } from '../inflection/inflection.ts';
import { requiredCapitals } from '../text/capitals.ts';
import type { EncodedTopics } from './encoded-topics.ts';
import {
  hasKind,
  KIND,
  keyHash,
  NEEDS_CAPITAL,
  NEEDS_CAPITALS,
  PREFIX,
  parseSortedKey,
  slotOf,
  sortedKeyPrefix,
} from './encoding.ts';
import { extendFirstHash, extendSecondHash, hashesOf, LETTERS, spellAscii, textAt } from './scan-field.ts';

/** Finds the senses of a word. Slow beside a look at what was found before: `Lexicon` keeps it. */
export class TermTable {
  readonly #topics: EncodedTopics;
  readonly #listed: number;
  readonly #texts: Buffer;
  readonly #shortestPrefix: number;
  readonly #longestPrefix: number;
  readonly #kinds: readonly number[];
  readonly #prefixKinds: readonly number[];
  /** Maps each UTF-16 unit to YES or NO, or to 0 where that is not known yet. */
  readonly #firstUnits = new Uint8Array(0x10000);

  constructor(topics: EncodedTopics) {
    const [, , listed = 0, , , shortest = 0, longest = 0, kinds = 0] = topics.counts;
    this.#topics = topics;
    this.#listed = listed;
    const { buffer, byteOffset, byteLength } = topics.texts;
    this.#texts = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
    this.#shortestPrefix = shortest;
    this.#longestPrefix = longest;
    const hashed = [KIND.exact, KIND.cased, KIND.folded, KIND.marked, KIND.capital, KIND.capitals];
    this.#prefixKinds = hashed.map((kind) => kind + PREFIX).filter((kind) => hasKind(kinds, kind));
    this.#kinds = hashed.filter((kind) => hasKind(kinds, kind) || hasKind(kinds, kind + PREFIX));
  }

  /**
   * All senses of the word at a place of the text that was scanned, whose language that is; with IN_CAPITAL or IN_CAPITALS
   * where the word has one if it is written so. Without `withForms`, not those that the word is another form or spelling of.
   */
  keysAt(place: number, language: string | undefined, withForms = true): readonly number[] {
    const found: number[] = [];
    const length = spellAscii(place);
    if (length > 0) this.#addSpelled(found, length);
    const isLeft = length < 0 || this.#listed > 0;
    const word = isLeft ? textAt(place) : '';
    const plain = withForms ? folded(word) : quicklyFolded(word);
    if (length < 0) {
      for (const kind of this.#kinds)
        this.#add(found, kind, kind === KIND.marked && !withForms ? word : textOf(kind, word, plain));
    }
    if (this.#listed > 0) this.#addListed(found, word, plain, language, withForms);
    return found;
  }

  /** Those of a compound. */
  keysOf({ text, kind: written }: Compound, language: string | undefined): readonly number[] {
    const found: number[] = [];
    const plain = folded(text);
    for (const kind of this.#kinds) {
      const isExact = kind === KIND.exact || kind === KIND.cased;
      if (!isExact || written === 'signed') this.#add(found, kind, textOf(kind, text, plain));
    }
    if (this.#listed > 0) this.#addListed(found, text, plain, language, true);
    return found;
  }

  /** Of a word in ASCII, which is the same for all kinds, without making a string of it. */
  #addSpelled(found: number[], length: number): void {
    let first = 0;
    let second = 0;
    for (let at = 0; at < length; ) {
      const letter = LETTERS[at++] as number;
      first = extendFirstHash(first, letter);
      second = extendSecondHash(second, first, letter);
      if (at < this.#shortestPrefix || at > this.#longestPrefix) continue;
      for (const kind of this.#prefixKinds) this.#push(found, this.#find(kind, first, second));
    }
    for (const kind of this.#kinds) this.#push(found, this.#find(kind, first, second));
  }

  /** The sense of a kind that has this text, and those whose prefix it begins with. */
  #add(found: number[], kind: number, text: string): void {
    const longest = this.#prefixKinds.includes(kind + PREFIX)
      ? Math.min(text.length, this.#longestPrefix)
      : 0;
    let first = 0;
    let second = 0;
    for (let at = 0; at < text.length; ) {
      const unit = text.charCodeAt(at++);
      first = extendFirstHash(first, unit);
      second = extendSecondHash(second, first, unit);
      if (at < this.#shortestPrefix || at > longest) continue;
      this.#push(found, this.#find(kind + PREFIX, first, second));
    }
    this.#push(found, this.#find(kind, first, second));
  }

  #push(found: number[], sense: number): void {
    if (sense >= 0) found.push(sense);
  }

  /** The sense of a kind that has this text; -1 where there is none. */
  find(kind: number, text: string): number {
    const { first, second } = hashesOf(text);
    return this.#find(kind, first, second);
  }

  #find(kind: number, firstOfText: number, secondOfText: number): number {
    const { keySlots, keyHashes } = this.#topics;
    const first = keyHash(kind, firstOfText);
    const second = keyHash(kind, secondOfText);
    let slot = slotOf(first, keySlots.length);
    for (let sense = keySlots[slot]; sense; sense = keySlots[slot]) {
      if (keyHashes[sense * 2 - 2] === first && keyHashes[sense * 2 - 1] === second) return sense - 1;
      slot = slot + 1 === keySlots.length ? 0 : slot + 1;
    }
    return -1;
  }

  /** Words whose diacritics count, and inflections. */
  #addListed(
    found: number[],
    word: string,
    plain: string,
    language: string | undefined,
    withForms: boolean,
  ): void {
    this.#push(found, this.find(KIND.inflected, plain));
    const seen = new Set<number>();
    const alike = this.#mayBegin(plain.charCodeAt(0)) ? this.#beginningWith(sortedKeyPrefix(plain)) : [];
    for (const [sense, text] of alike) {
      seen.add(sense);
      const listed = parseSortedKey(text);
      const forms = withForms && listed.isInflected ? cachedFormsOf(word, language) : undefined;
      this.#pushIn(found, sense, requiredCapitals(listed, word, language, forms));
    }
    if (!withForms) return;
    const forms = cachedFormsOf(word, language);
    for (const beginning of forms.prefixes) {
      if (!this.#mayBegin(beginning.charCodeAt(0))) continue;
      for (const [sense, text] of this.#beginningWith(beginning)) {
        if (seen.has(sense)) continue;
        seen.add(sense);
        const listed = parseSortedKey(text);
        if (!listed.isInflected || listed.plain === plain) continue;
        this.#pushIn(found, sense, requiredCapitals(listed, word, language, forms));
      }
    }
  }

  /** Of a sense that is met by a word with so many capitals. */
  #pushIn(found: number[], sense: number, capitals: number | undefined): void {
    if (capitals === undefined) return;
    found.push(capitals === 0 ? sense : sense | (capitals === 1 ? NEEDS_CAPITAL : NEEDS_CAPITALS));
  }

  /** The senses whose texts begin so, with these. */
  #beginningWith(beginning: string): readonly (readonly [number, string])[] {
    const wanted = encoder.encode(beginning);
    const found: (readonly [number, string])[] = [];
    for (let sense = this.#firstFrom(wanted); sense < this.#listed; sense++) {
      if (this.#compare(sense, wanted) !== 0) break;
      const { textStarts } = this.#topics;
      found.push([sense, this.#texts.toString('utf8', textStarts[sense], textStarts[sense + 1])]);
    }
    return found;
  }

  /** Whether a sense's text may begin with a UTF-16 unit: of most scripts, none does. */
  #mayBegin(unit: number): boolean {
    let may = this.#firstUnits[unit];
    if (!may) {
      const wanted = encoder.encode(String.fromCharCode(unit));
      const sense = this.#firstFrom(wanted);
      const isHalf = unit >= 0xd800 && unit <= 0xdfff;
      may = isHalf || (sense < this.#listed && this.#compare(sense, wanted) === 0) ? YES : NO;
      this.#firstUnits[unit] = may;
    }
    return may === YES;
  }

  /** The first sense whose text begins with these bytes, or comes after. */
  #firstFrom(wanted: Uint8Array): number {
    let low = 0;
    let high = this.#listed;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(middle, wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below zero when a sense's text comes before these bytes, zero when it begins with them. */
  #compare(sense: number, wanted: Uint8Array): number {
    const texts = this.#texts;
    const start = this.#topics.textStarts[sense] as number;
    const end = this.#topics.textStarts[sense + 1] as number;
    for (let at = 0; at < wanted.length; at++) {
      if (start + at === end) return -1;
      const difference = (texts[start + at] as number) - (wanted[at] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

const encoder = new TextEncoder();
const YES = 1;
const NO = 2;

function textOf(kind: number, word: string, plain: string): string {
  if (kind === KIND.folded || kind === KIND.capital || kind === KIND.capitals) return plain;
  return kind === KIND.marked ? marked(word) : word;
}
