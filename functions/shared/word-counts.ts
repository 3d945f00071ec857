import { deflateRawSync, inflateRawSync } from 'node:zlib';

const ROWS = 2;
const WIDTH = 4_096;
/** Beyond this many items all counts are halved, so that old news fades. */
const MAX_ITEMS = 4_000;

/**
 * How many of the latest items of all feeds have a word: a count-min sketch (Cormode and Muthukrishnan, 2005,
 * doi:10.1016/j.jalgor.2003.12.001) of 16 KB, about 8 KB packed. Counts are never too low. They are too high by what
 * shares a place: a word that was never counted reads as some ten of 4,000 items.
 */
export class WordCounts {
  #items = 0;
  #counts = new Uint16Array(ROWS * WIDTH);

  /** How many items were counted; halved along with the counts. */
  get items(): number {
    return this.#items;
  }

  /** Counts an item by its words, each given once. */
  add(words: Iterable<string>): void {
    this.#items++;
    for (const word of words) {
      for (const place of cellsOf(word)) this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    }
  }

  of(word: string): number {
    const [one, other] = cellsOf(word);
    return Math.min(this.#counts[one] ?? 0, this.#counts[other] ?? 0);
  }

  /** Adds what another has counted, and lets old counts fade. */
  merge(other: WordCounts): void {
    this.#items += other.#items;
    this.#counts = this.#counts.map((count, place) => count + (other.#counts[place] ?? 0));
    while (this.#items > MAX_ITEMS) {
      this.#items = Math.floor(this.#items / 2);
      this.#counts = this.#counts.map((count) => count >> 1);
    }
  }

  pack(): { readonly items: number; readonly counts: Uint8Array } {
    const { buffer, byteOffset, byteLength } = this.#counts;
    return { items: this.#items, counts: deflateRawSync(new Uint8Array(buffer, byteOffset, byteLength)) };
  }

  /** Reads what `pack` gave. Throws on anything else. */
  static unpack({ items, counts }: ReturnType<WordCounts['pack']>): WordCounts {
    const unpacked = new WordCounts();
    const bytes = Uint8Array.from(inflateRawSync(counts));
    if (bytes.byteLength !== unpacked.#counts.byteLength) {
      throw new RangeError(
        `expected ${unpacked.#counts.byteLength} bytes of counts, got ${bytes.byteLength}`,
      );
    }
    unpacked.#counts = new Uint16Array(bytes.buffer);
    unpacked.#items = items;
    return unpacked;
  }
}

/** One place in each row. FNV-1a, and the finalizer of MurmurHash3, so that both ends of the hash are well mixed. */
function cellsOf(word: string): readonly [number, number] {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return [hash & (WIDTH - 1), WIDTH + (hash >>> 20)];
}
