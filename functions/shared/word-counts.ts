import { deflateRawSync, inflateRawSync } from 'node:zlib';

const ROWS = 2;
const WIDTH = 4_096;
/** Beyond this many items all counts are halved, so old news fades. */
const MAX_ITEMS = 4_000;

/**
 * Counts how many of the latest items of all feeds contain a word, in a count-min sketch (Cormode and Muthukrishnan, 2005,
 * doi:10.1016/j.jalgor.2003.12.001) of 16 KB, about 8 KB packed. Counts are never too low. They are too high when words
 * share a cell: a word that was never counted reads as about ten of 4,000 items.
 */
export class WordCounts {
  #items = 0;
  #counts = new Uint16Array(ROWS * WIDTH);

  /** Number of counted items; halved along with the counts. */
  get items(): number {
    return this.#items;
  }

  /** Counts an item by its distinct words. */
  add(words: Iterable<string>): void {
    this.#items++;
    for (const word of words) {
      for (const cell of cellsOf(word)) this.#counts[cell] = (this.#counts[cell] ?? 0) + 1;
    }
  }

  /** Returns the estimated number of items with a word. */
  of(word: string): number {
    const [first, second] = cellsOf(word);
    return Math.min(this.#counts[first] ?? 0, this.#counts[second] ?? 0);
  }

  /** Adds the counts of another sketch, and lets old counts fade. */
  merge(other: WordCounts): void {
    this.#items += other.#items;
    this.#counts = this.#counts.map((count, cell) => count + (other.#counts[cell] ?? 0));
    while (this.#items > MAX_ITEMS) {
      this.#items = Math.floor(this.#items / 2);
      this.#counts = this.#counts.map((count) => count >> 1);
    }
  }

  pack(): { readonly items: number; readonly counts: Uint8Array } {
    const { buffer, byteOffset, byteLength } = this.#counts;
    return { items: this.#items, counts: deflateRawSync(new Uint8Array(buffer, byteOffset, byteLength)) };
  }

  /** Restores a packed sketch. Throws a RangeError for counts of another size. */
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

/** Returns one cell of each row. Uses FNV-1a with the finalizer of MurmurHash3, which mixes both ends of the hash well. */
function cellsOf(word: string): readonly [number, number] {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return [hash & (WIDTH - 1), WIDTH + (hash >>> 20)];
}
