import { folded } from '../../shared/text/folded.ts';
import { formsOf } from '../inflection/inflection.ts';
import { dotless, KIND, PREFIX, senseHash, slotOf, usesKind } from './codes.ts';
import type { FlatTopics } from './flat.ts';
import { firstWith, hashesOf, LETTERS, NO_HASHES, secondWith, spell, withUnit, wordAt } from './scan.ts';

/** Finds the senses of a word. Slow beside a look at what was found before: `Lexicon` keeps it. */
export class Dictionary {
  readonly #topics: FlatTopics;
  readonly #inflected: number;
  readonly #texts: Buffer;
  readonly #shortestPrefix: number;
  readonly #longestPrefix: number;
  readonly #kinds: readonly number[];
  readonly #prefixKinds: readonly number[];

  constructor(topics: FlatTopics) {
    const [, , inflected = 0, , , shortest = 0, longest = 0, kinds = 0] = topics.counts;
    this.#topics = topics;
    this.#inflected = inflected;
    const { buffer, byteOffset, byteLength } = topics.texts;
    this.#texts = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
    this.#shortestPrefix = shortest;
    this.#longestPrefix = longest;
    const plain = [KIND.exact, KIND.folded, KIND.marked, KIND.cased];
    this.#prefixKinds = plain.map((kind) => kind + PREFIX).filter((kind) => usesKind(kinds, kind));
    this.#kinds = plain.filter((kind) => usesKind(kinds, kind) || usesKind(kinds, kind + PREFIX));
  }

  /** All senses of the word at a place of the text that was scanned, whose language that is. */
  sensesAt(place: number, language: string | undefined): readonly number[] {
    const found: number[] = [];
    const length = spell(place);
    if (length > 0) this.#addSpelled(found, length);
    const isLeft = length < 0 || this.#inflected > 0;
    const word = isLeft ? wordAt(place).text : '';
    if (length < 0) for (const kind of this.#kinds) this.#add(found, kind, textOf(kind, word));
    if (this.#inflected > 0) this.#addInflected(found, word, language);
    return found;
  }

  /** Of a word in ASCII, which is the same for all kinds, without making a string of it. */
  #addSpelled(found: number[], length: number): void {
    let first = 0;
    let second = 0;
    for (let at = 0; at < length; ) {
      const letter = LETTERS[at++] as number;
      first = firstWith(first, letter);
      second = secondWith(second, first, letter);
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
    let hashes = NO_HASHES;
    for (let at = 0; at < text.length; ) {
      hashes = withUnit(hashes, text.charCodeAt(at++));
      if (at < this.#shortestPrefix || at > longest) continue;
      this.#push(found, this.#find(kind + PREFIX, hashes.first, hashes.second));
    }
    this.#push(found, this.#find(kind, hashes.first, hashes.second));
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
    const { senseSlots, senseHashes } = this.#topics;
    const first = senseHash(kind, firstOfText);
    const second = senseHash(kind, secondOfText);
    let slot = slotOf(first, senseSlots.length);
    for (let sense = senseSlots[slot]; sense; sense = senseSlots[slot]) {
      if (senseHashes[sense * 2 - 2] === first && senseHashes[sense * 2 - 1] === second) return sense - 1;
      slot = slot + 1 === senseSlots.length ? 0 : slot + 1;
    }
    return -1;
  }

  #addInflected(found: number[], word: string, language: string | undefined): void {
    const plain = folded(word);
    this.#push(found, this.find(KIND.inflected, plain));
    for (const [sense, text] of this.#beginningWith(`${plain}\0`)) {
      if (dotless(text.slice(plain.length + 1)) === dotless(word)) found.push(sense);
    }
    const forms = formsOf(word, language);
    const seen = new Set<number>();
    for (const beginning of forms.beginnings) {
      for (const [sense, text] of this.#beginningWith(beginning)) {
        if (seen.has(sense)) continue;
        seen.add(sense);
        const marked = text.indexOf('\0');
        if (forms.areOf(text.slice(marked + 1)) && !found.includes(sense)) found.push(sense);
      }
    }
  }

  /** The inflected senses whose texts begin so, with these. */
  #beginningWith(beginning: string): (readonly [number, string])[] {
    const wanted = encoder.encode(beginning);
    const found: (readonly [number, string])[] = [];
    for (let sense = this.#firstFrom(wanted); sense < this.#inflected; sense++) {
      if (this.#compare(sense, wanted) !== 0) break;
      const { textStarts } = this.#topics;
      found.push([sense, this.#texts.toString('utf8', textStarts[sense], textStarts[sense + 1])]);
    }
    return found;
  }

  /** The first inflected sense whose text begins with these bytes, or comes after. */
  #firstFrom(wanted: Uint8Array): number {
    let low = 0;
    let high = this.#inflected;
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

function textOf(kind: number, word: string): string {
  if (kind === KIND.folded) return folded(word);
  return kind === KIND.marked ? dotless(word) : word;
}
