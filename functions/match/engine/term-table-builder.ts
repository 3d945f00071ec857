import type { EncodedTopics } from './encoded-topics.ts';
import {
  CONTINUES_PHRASE,
  HAS_TITLE_TERM,
  ID_MASK,
  IS_CASED,
  IS_NEAR_OPERAND,
  IS_PHRASE_PREFIX,
  IS_TERM,
  isSortedKind,
  KIND,
  keyHash,
  NO_NODE,
  NODE_SIZE,
  PREFIX,
  pairHash,
  slotOf,
} from './encoding.ts';
import { hashesOf } from './scan-field.ts';

// While terms are collected, nodes and title terms are numbered from these offsets. `finalId` returns the ids that
// are encoded.
const NODE_OFFSET = 1 << 26;
const TITLE_OFFSET = 1 << 27;
const NUMBER_MASK = NODE_OFFSET - 1;

interface Key {
  readonly kind: number;
  /** The text by which the key is looked up. */
  readonly text: string;
  flags: number;
  /** Number of queries with this key. Words that many people watch for are also frequent in texts. */
  uses: number;
}

interface Node {
  readonly parent: number;
  readonly key: number;
  readonly length: number;
  flags: number;
}

/** Collects the terms of all topics and removes duplicates. */
export class TermTableBuilder {
  readonly #keys: Key[] = [];
  readonly #keyIds = new Map<string, number>();
  readonly #nodes: Node[] = [];
  readonly #nodeIds = new Map<number, number>();
  readonly #titles: number[] = [];
  readonly #titleIds = new Map<number, number>();
  #finalKey: Int32Array = new Int32Array(0);
  #finalNode: Int32Array = new Int32Array(0);
  #finalTitle: Int32Array = new Int32Array(0);

  keyOf(kind: number, text: string): number {
    const kindAndText = `${kind} ${text}`;
    let id = this.#keyIds.get(kindAndText);
    if (id === undefined) {
      id = this.#keys.length;
      this.#keys.push({ kind, text, flags: flagsOf(kind, text), uses: 0 });
      this.#keyIds.set(kindAndText, id);
    }
    (this.#keys[id] as Key).uses++;
    return id;
  }

  /** Returns the term of a word or phrase. Throws TypeError if there are no keys. */
  termOf(keys: readonly number[], field: 'title' | undefined): number {
    let term = keys[0];
    if (term === undefined) throw new TypeError('expected at least one word');
    for (const key of keys.slice(1)) term = this.#node(term, key);
    if (field === 'title') return this.#titleTerm(term);
    this.#flag(term, IS_TERM);
    return term;
  }

  #node(parent: number, key: number): number {
    const pair = parent * 0x100_0000 + key;
    let id = this.#nodeIds.get(pair);
    if (id === undefined) {
      id = this.#nodes.length;
      const length = parent >= NODE_OFFSET ? (this.#nodes[parent & NUMBER_MASK]?.length ?? 0) + 1 : 2;
      this.#nodes.push({ parent, key, length, flags: 0 });
      this.#nodeIds.set(pair, id);
      this.#flag(parent, IS_PHRASE_PREFIX);
      this.#flag(key, CONTINUES_PHRASE);
    }
    return NODE_OFFSET + id;
  }

  #titleTerm(term: number): number {
    let id = this.#titleIds.get(term);
    if (id === undefined) {
      id = this.#titles.length;
      this.#titles.push(term);
      this.#titleIds.set(term, id);
      this.#flag(term, HAS_TITLE_TERM);
    }
    return TITLE_OFFSET + id;
  }

  /** Records the positions of a term when matching. */
  markNear(term: number): void {
    this.#flag(term >= TITLE_OFFSET ? (this.#titles[term & NUMBER_MASK] as number) : term, IS_NEAR_OPERAND);
  }

  #flag(term: number, flag: number): void {
    if (term >= NODE_OFFSET) (this.#nodes[term & NUMBER_MASK] as Node).flags |= flag;
    else (this.#keys[term] as Key).flags |= flag;
  }

  /** Returns an estimate of how often texts contain a term. Topics are filed under rare terms. */
  frequency(term: number): number {
    if (term >= TITLE_OFFSET) return this.frequency(this.#titles[term & NUMBER_MASK] as number) / 4;
    if (term >= NODE_OFFSET) {
      const { parent, key } = this.#nodes[term & NUMBER_MASK] as Node;
      return Math.min(this.frequency(parent), this.frequency(key)) / 4;
    }
    const { kind, uses } = this.#keys[term] as Key;
    return uses * (KIND_WEIGHTS[kind] ?? (kind >= PREFIX ? 4 : 1));
  }

  /** Assigns the final ids. No terms can be added afterwards. */
  assignIds(): void {
    // Keys that are searched by prefix come first, sorted by their texts.
    const order = this.#keys.map((_, id) => id);
    const isSorted = (id: number) => isSortedKind(this.#keys[id]?.kind ?? 0);
    const sorted = order.filter(isSorted).map((id) => ({ id, bytes: encoder.encode(this.#keys[id]?.text) }));
    sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    const others = order.filter((id) => !isSorted(id));
    this.#finalKey = new Int32Array(order.length);
    [...sorted.map(({ id }) => id), ...others].forEach((id, finalId) => {
      this.#finalKey[id] = finalId;
    });
    this.#assignNodeIds();
    const titles = this.#titles.map((term, id) => ({ term: this.finalId(term), id }));
    titles.sort((a, b) => a.term - b.term);
    this.#finalTitle = new Int32Array(titles.length);
    titles.forEach(({ id }, index) => {
      this.#finalTitle[id] = index;
    });
  }

  get count(): number {
    return this.#keys.length + this.#nodeSlots + this.#titles.length;
  }

  finalId(term: number): number {
    const keyCount = this.#keys.length;
    if (term >= TITLE_OFFSET)
      return keyCount + this.#nodeSlots + (this.#finalTitle[term & NUMBER_MASK] as number);
    return term >= NODE_OFFSET
      ? keyCount + (this.#finalNode[term & NUMBER_MASK] as number)
      : (this.#finalKey[term] as number);
  }

  /**
   * Returns the sections of the encoded topics. `starts` is the start of each term's postings. Throws RangeError if
   * there are too many terms.
   */
  encode(topics: number, starts: Int32Array) {
    if (this.count > ID_MASK)
      throw new RangeError(`expected at most ${ID_MASK} words and phrases, got ${this.count}`);
    const finalKeys = new Array<Key>(this.#keys.length);
    this.#keys.forEach((key, id) => {
      finalKeys[this.finalId(id)] = key;
    });
    const prefixes = finalKeys.filter(({ kind }) => kind >= PREFIX).map(({ text }) => text.length);
    const titles = this.#titles.map((term) => this.finalId(term)).sort((a, b) => a - b);
    return {
      counts: Int32Array.of(
        topics,
        finalKeys.length,
        finalKeys.filter(({ kind }) => isSortedKind(kind)).length,
        this.#nodeSlots,
        titles.length,
        prefixes.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER) | 0,
        prefixes.reduce((a, b) => Math.max(a, b), 0),
        finalKeys.reduce((bits, { kind }) => bits | (1 << kind), 0),
        finalKeys.some(mayBeCompound) ? 1 : 0,
      ),
      titles: Int32Array.from(titles),
      keyStarts: starts.slice(0, finalKeys.length),
      titleStarts: starts.slice(this.count - titles.length),
      ...encodeKeys(finalKeys),
      ...this.#encodeNodes(starts.subarray(finalKeys.length)),
    } satisfies Partial<EncodedTopics>;
  }

  #encodeNodes(starts: Int32Array) {
    const nodes = new Int32Array(this.#nodeSlots * NODE_SIZE).fill(NO_NODE);
    // Eight bits per node let one neighbour in twenty pass by chance.
    const pairBits = 2 ** Math.ceil(Math.log2(Math.max(32, this.#nodes.length * 8)));
    const pairs = new Int32Array(pairBits / 32);
    this.#nodes.forEach(({ parent, key, flags }, id) => {
      const finalKey = this.finalId(key);
      const finalParent = this.finalId(parent);
      const slot = this.#finalNode[id] as number;
      nodes.set([finalParent, finalKey | flags, starts[slot] ?? 0], slot * NODE_SIZE);
      const bit = (pairHash(finalParent, finalKey) >>> 0) % pairBits;
      pairs[bit >> 5] = (pairs[bit >> 5] as number) | (1 << (bit & 31));
    });
    return { nodes, pairs };
  }

  /** Uses a slot of a hash table as the id of each node, so that a lookup reads memory once. */
  #assignNodeIds(): void {
    this.#finalNode = new Int32Array(this.#nodes.length);
    const taken = new Uint8Array(this.#nodeSlots);
    // Parents precede their nodes.
    this.#nodes.forEach(({ parent, key }, id) => {
      let slot = slotOf(pairHash(this.finalId(parent), this.finalId(key)), taken.length);
      while (taken[slot] !== 0) slot = slot + 1 === taken.length ? 0 : slot + 1;
      taken[slot] = 1;
      this.#finalNode[id] = slot;
    });
  }

  get #nodeSlots(): number {
    return Math.ceil(this.#nodes.length * 1.4) + 1;
  }
}

const KIND_WEIGHTS: Readonly<Record<number, number>> = {
  [KIND.source]: 1_000,
  [KIND.language]: 100_000,
  [KIND.label]: 1_000,
  [KIND.inflected]: 2,
};
const encoder = new TextEncoder();

/** Returns the flags of a key. The flags of a prefix in capitals include the number of capitals. */
function flagsOf(kind: number, text: string): number {
  if (kind === KIND.capital + PREFIX) return IS_CASED | 1;
  if (kind === KIND.cased + PREFIX || kind === KIND.capitals + PREFIX) return IS_CASED | text.length;
  return kind === KIND.cased ? IS_CASED : 0;
}

/** Returns whether a compound may match the key. Compounds match exact words only if they contain a sign. */
function mayBeCompound({ kind, text }: Key): boolean {
  const plain = kind & ~PREFIX;
  if (plain === KIND.exact || plain === KIND.cased) return HAS_SIGN.test(text);
  return plain !== KIND.source && plain !== KIND.language;
}

const HAS_SIGN = /[^\p{L}\p{M}\p{N}]/u;

function encodeKeys(keys: readonly Key[]) {
  const keyHashes = new Int32Array(keys.length * 2);
  const keyFlags = new Int32Array(keys.length);
  const firsts = new Int32Array(keys.length);
  const texts: Uint8Array[] = [];
  const textStarts = [0];
  keys.forEach(({ kind, text, flags }, id) => {
    const { first, second } = hashesOf(text);
    firsts[id] = keyHash(kind, first);
    keyHashes[id * 2] = keyHash(kind, first);
    keyHashes[id * 2 + 1] = keyHash(kind, second);
    keyFlags[id] = flags;
    if (!isSortedKind(kind)) return;
    const bytes = encoder.encode(text);
    texts.push(bytes);
    textStarts.push((textStarts.at(-1) ?? 0) + bytes.length);
  });
  return {
    keyHashes,
    keyFlags,
    keySlots: hashTableOf(firsts),
    textStarts: Int32Array.from(textStarts),
    texts: new Uint8Array(Buffer.concat(texts)),
  };
}

/** Returns a hash table with open addressing. Each slot holds 1 + index of a hash, or 0. */
function hashTableOf(hashes: Int32Array): Int32Array {
  const size = Math.ceil(hashes.length * 1.5) + 1;
  const table = new Int32Array(size);
  hashes.forEach((hash, index) => {
    let slot = slotOf(hash, size);
    while (table[slot] !== 0) slot = slot + 1 === size ? 0 : slot + 1;
    table[slot] = index + 1;
  });
  return table;
}
