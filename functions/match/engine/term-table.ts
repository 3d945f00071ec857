import type { Compound } from '../../shared/text/compounds.ts';
import { folded, marked, quicklyFolded } from '../../shared/text/folded.ts';
import { cachedFormsOf, keepsFirstLetter } from '../inflection/inflection.ts';
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

/** Finds the keys that a word matches. This is slow, so WordCache stores the results. */
export class TermTable {
  readonly #topics: EncodedTopics;
  readonly #sortedCount: number;
  readonly #texts: Buffer;
  readonly #minPrefix: number;
  readonly #maxPrefix: number;
  readonly #kinds: readonly number[];
  readonly #prefixKinds: readonly number[];
  /** Whether a key may start with each UTF-16 unit: YES, NO, or 0 if not computed yet. */
  readonly #firstUnits = new Uint8Array(0x10000);

  constructor(topics: EncodedTopics) {
    const [, , sortedCount = 0, , , minPrefix = 0, maxPrefix = 0, kinds = 0] = topics.counts;
    this.#topics = topics;
    this.#sortedCount = sortedCount;
    const { buffer, byteOffset, byteLength } = topics.texts;
    this.#texts = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
    this.#minPrefix = minPrefix;
    this.#maxPrefix = maxPrefix;
    const hashed = [KIND.exact, KIND.cased, KIND.folded, KIND.marked, KIND.capital, KIND.capitals];
    this.#prefixKinds = hashed.map((kind) => kind + PREFIX).filter((kind) => hasKind(kinds, kind));
    this.#kinds = hashed.filter((kind) => hasKind(kinds, kind) || hasKind(kinds, kind + PREFIX));
  }

  /**
   * Returns all keys that match the word at a position of the scanned text. `language` is the language of the text.
   * Keys that require capitals are flagged NEEDS_CAPITAL or NEEDS_CAPITALS. If `withForms` is false, omits the keys
   * that match only other forms or spellings of the word.
   */
  keysAt(position: number, language: string | undefined, withForms = true): readonly number[] {
    const found: number[] = [];
    const length = spellAscii(position);
    if (length > 0) this.#addSpelled(found, length);
    const isLeft = length < 0 || this.#sortedCount > 0;
    const word = isLeft ? textAt(position) : '';
    const plain = withForms ? folded(word) : quicklyFolded(word);
    if (length < 0) {
      for (const kind of this.#kinds)
        this.#add(found, kind, kind === KIND.marked && !withForms ? word : textOf(kind, word, plain));
    }
    if (this.#sortedCount > 0) this.#addSorted(found, word, plain, language, withForms);
    return found;
  }

  /** Returns all keys that match a compound. */
  keysOf({ text, kind: compoundKind }: Compound, language: string | undefined): readonly number[] {
    const found: number[] = [];
    const plain = folded(text);
    for (const kind of this.#kinds) {
      const isExact = kind === KIND.exact || kind === KIND.cased;
      if (!isExact || compoundKind === 'signed') this.#add(found, kind, textOf(kind, text, plain));
    }
    if (this.#sortedCount > 0) this.#addSorted(found, text, plain, language, true);
    return found;
  }

  /** Adds the keys of an ASCII word, which has one text for all kinds, without creating a string. */
  #addSpelled(found: number[], length: number): void {
    let first = 0;
    let second = 0;
    for (let at = 0; at < length; ) {
      const letter = LETTERS[at++] as number;
      first = extendFirstHash(first, letter);
      second = extendSecondHash(second, first, letter);
      if (at < this.#minPrefix || at > this.#maxPrefix) continue;
      for (const kind of this.#prefixKinds) this.#push(found, this.#find(kind, first, second));
    }
    for (const kind of this.#kinds) this.#push(found, this.#find(kind, first, second));
  }

  /** Adds the key of a kind with this text, and the keys whose prefix the text starts with. */
  #add(found: number[], kind: number, text: string): void {
    const maxLength = this.#prefixKinds.includes(kind + PREFIX) ? Math.min(text.length, this.#maxPrefix) : 0;
    let first = 0;
    let second = 0;
    for (let at = 0; at < text.length; ) {
      const unit = text.charCodeAt(at++);
      first = extendFirstHash(first, unit);
      second = extendSecondHash(second, first, unit);
      if (at < this.#minPrefix || at > maxLength) continue;
      this.#push(found, this.#find(kind + PREFIX, first, second));
    }
    this.#push(found, this.#find(kind, first, second));
  }

  #push(found: number[], key: number): void {
    if (key >= 0) found.push(key);
  }

  /** Returns the key of a kind with this text, or -1. */
  find(kind: number, text: string): number {
    const { first, second } = hashesOf(text);
    return this.#find(kind, first, second);
  }

  #find(kind: number, firstOfText: number, secondOfText: number): number {
    const { keySlots, keyHashes } = this.#topics;
    const first = keyHash(kind, firstOfText);
    const second = keyHash(kind, secondOfText);
    let slot = slotOf(first, keySlots.length);
    for (let key = keySlots[slot]; key; key = keySlots[slot]) {
      if (keyHashes[key * 2 - 2] === first && keyHashes[key * 2 - 1] === second) return key - 1;
      slot = slot + 1 === keySlots.length ? 0 : slot + 1;
    }
    return -1;
  }

  /** Adds the keys of inflected words and of words with diacritics. */
  #addSorted(
    found: number[],
    word: string,
    plain: string,
    language: string | undefined,
    withForms: boolean,
  ): void {
    this.#push(found, this.find(KIND.inflected, plain));
    const seen = new Set<number>();
    const mayStartKey = this.#mayStartKey(plain.charCodeAt(0));
    // With few topics, most words end here.
    if (!mayStartKey && keepsFirstLetter(word, language)) return;
    const withSamePlain = mayStartKey ? this.#keysWithPrefix(sortedKeyPrefix(plain)) : [];
    for (const [key, text] of withSamePlain) {
      seen.add(key);
      const sortedKey = parseSortedKey(text);
      const forms = withForms && sortedKey.isInflected ? cachedFormsOf(word, language) : undefined;
      this.#pushCased(found, key, requiredCapitals(sortedKey, word, language, forms));
    }
    if (!withForms) return;
    const forms = cachedFormsOf(word, language);
    for (const prefix of forms.prefixes) {
      if (!this.#mayStartKey(prefix.charCodeAt(0))) continue;
      for (const [key, text] of this.#keysWithPrefix(prefix)) {
        if (seen.has(key)) continue;
        seen.add(key);
        const sortedKey = parseSortedKey(text);
        if (!sortedKey.isInflected || sortedKey.plain === plain) continue;
        this.#pushCased(found, key, requiredCapitals(sortedKey, word, language, forms));
      }
    }
  }

  /** Adds a key that a word matches with this many capitals. */
  #pushCased(found: number[], key: number, capitals: number | undefined): void {
    if (capitals === undefined) return;
    found.push(capitals === 0 ? key : key | (capitals === 1 ? NEEDS_CAPITAL : NEEDS_CAPITALS));
  }

  /** Returns the keys whose texts start with a prefix, with these texts. */
  #keysWithPrefix(prefix: string): readonly (readonly [number, string])[] {
    const wanted = encoder.encode(prefix);
    const found: (readonly [number, string])[] = [];
    for (let key = this.#firstFrom(wanted); key < this.#sortedCount; key++) {
      if (this.#compare(key, wanted) !== 0) break;
      const { textStarts } = this.#topics;
      found.push([key, this.#texts.toString('utf8', textStarts[key], textStarts[key + 1])]);
    }
    return found;
  }

  /** Returns whether any key's text may start with a UTF-16 unit. For most scripts, none does. */
  #mayStartKey(unit: number): boolean {
    let may = this.#firstUnits[unit];
    if (!may) {
      const wanted = encoder.encode(String.fromCharCode(unit));
      const key = this.#firstFrom(wanted);
      const isHalf = unit >= 0xd800 && unit <= 0xdfff;
      may = isHalf || (key < this.#sortedCount && this.#compare(key, wanted) === 0) ? YES : NO;
      this.#firstUnits[unit] = may;
    }
    return may === YES;
  }

  /** Returns the first key whose text starts with these bytes or is greater. */
  #firstFrom(wanted: Uint8Array): number {
    let low = 0;
    let high = this.#sortedCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(middle, wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Returns a negative number if a key's text is less than these bytes, and 0 if it starts with them. */
  #compare(key: number, wanted: Uint8Array): number {
    const texts = this.#texts;
    const start = this.#topics.textStarts[key] as number;
    const end = this.#topics.textStarts[key + 1] as number;
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
