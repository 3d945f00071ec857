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

// While atoms are collected, nodes and title atoms have numbers of their own; `final` gives those of the flat topics.
const NODE_OFFSET = 1 << 26;
const TITLE_OFFSET = 1 << 27;
const NUMBER_MASK = NODE_OFFSET - 1;

interface Key {
  readonly kind: number;
  /** What it is looked up by. */
  readonly text: string;
  flags: number;
  /** How many queries name it: what many watch for, many texts hold. */
  uses: number;
}

interface Node {
  readonly parent: number;
  readonly key: number;
  readonly length: number;
  flags: number;
}

/** Collects what all topics ask for, each once. */
export class TermTableBuilder {
  readonly #senses: Key[] = [];
  readonly #senseOf = new Map<string, number>();
  readonly #nodes: Node[] = [];
  readonly #nodeOf = new Map<number, number>();
  readonly #titles: number[] = [];
  readonly #titleOf = new Map<number, number>();
  #finalSense: Int32Array = new Int32Array(0);
  #finalNode: Int32Array = new Int32Array(0);
  #finalTitle: Int32Array = new Int32Array(0);

  keyOf(kind: number, text: string): number {
    const key = `${kind} ${text}`;
    let id = this.#senseOf.get(key);
    if (id === undefined) {
      id = this.#senses.length;
      this.#senses.push({ kind, text, flags: flagsOf(kind, text), uses: 0 });
      this.#senseOf.set(key, id);
    }
    (this.#senses[id] as Key).uses++;
    return id;
  }

  /** The atom of a row of senses, or of one. */
  termOf(senses: readonly number[], field: 'title' | undefined): number {
    let atom = senses[0];
    if (atom === undefined) throw new TypeError('expected a row of at least one word');
    for (const sense of senses.slice(1)) atom = this.#node(atom, sense);
    if (field === 'title') return this.#inTitle(atom);
    this.#flag(atom, IS_TERM);
    return atom;
  }

  #node(parent: number, sense: number): number {
    const key = parent * 0x100_0000 + sense;
    let id = this.#nodeOf.get(key);
    if (id === undefined) {
      id = this.#nodes.length;
      const length = parent >= NODE_OFFSET ? (this.#nodes[parent & NUMBER_MASK]?.length ?? 0) + 1 : 2;
      this.#nodes.push({ parent, key: sense, length, flags: 0 });
      this.#nodeOf.set(key, id);
      this.#flag(parent, IS_PHRASE_PREFIX);
      this.#flag(sense, CONTINUES_PHRASE);
    }
    return NODE_OFFSET + id;
  }

  #inTitle(atom: number): number {
    let id = this.#titleOf.get(atom);
    if (id === undefined) {
      id = this.#titles.length;
      this.#titles.push(atom);
      this.#titleOf.set(atom, id);
      this.#flag(atom, HAS_TITLE_TERM);
    }
    return TITLE_OFFSET + id;
  }

  /** Its places are to be kept. */
  markNear(atom: number): void {
    this.#flag(atom >= TITLE_OFFSET ? (this.#titles[atom & NUMBER_MASK] as number) : atom, IS_NEAR_OPERAND);
  }

  #flag(atom: number, flag: number): void {
    if (atom >= NODE_OFFSET) (this.#nodes[atom & NUMBER_MASK] as Node).flags |= flag;
    else (this.#senses[atom] as Key).flags |= flag;
  }

  /** An estimate of how often texts hold an atom: of two, the rarer is better to be looked for first. */
  frequency(atom: number): number {
    if (atom >= TITLE_OFFSET) return this.frequency(this.#titles[atom & NUMBER_MASK] as number) / 4;
    if (atom >= NODE_OFFSET) {
      const { parent, key } = this.#nodes[atom & NUMBER_MASK] as Node;
      return Math.min(this.frequency(parent), this.frequency(key)) / 4;
    }
    const { kind, uses } = this.#senses[atom] as Key;
    return uses * (KIND_WEIGHTS[kind] ?? (kind >= PREFIX ? 4 : 1));
  }

  /** Gives every atom its last number; nothing can be added after. */
  assignIds(): void {
    // Those that are searched by their beginnings come first, in the order of their texts.
    const order = this.#senses.map((_, id) => id);
    const isSearched = (id: number) => isSortedKind(this.#senses[id]?.kind ?? 0);
    const searched = order
      .filter(isSearched)
      .map((id) => ({ id, bytes: encoder.encode(this.#senses[id]?.text) }));
    searched.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    const others = order.filter((id) => !isSearched(id));
    this.#finalSense = new Int32Array(order.length);
    [...searched.map(({ id }) => id), ...others].forEach((id, finalId) => {
      this.#finalSense[id] = finalId;
    });
    this.#settleNodes();
    const rising = this.#titles.map((atom, id) => ({ atom: this.final(atom), id }));
    rising.sort((a, b) => a.atom - b.atom);
    this.#finalTitle = new Int32Array(rising.length);
    rising.forEach(({ id }, final) => {
      this.#finalTitle[id] = final;
    });
  }

  get count(): number {
    return this.#senses.length + this.#nodePlaces + this.#titles.length;
  }

  final(atom: number): number {
    const senses = this.#senses.length;
    if (atom >= TITLE_OFFSET)
      return senses + this.#nodePlaces + (this.#finalTitle[atom & NUMBER_MASK] as number);
    return atom >= NODE_OFFSET
      ? senses + (this.#finalNode[atom & NUMBER_MASK] as number)
      : (this.#finalSense[atom] as number);
  }

  /** `starts` tells of each atom where its postings start. */
  encode(topics: number, starts: Int32Array) {
    if (this.count > ID_MASK)
      throw new RangeError(`expected at most ${ID_MASK} words and phrases, got ${this.count}`);
    const bySense = new Array<Key>(this.#senses.length);
    this.#senses.forEach((sense, id) => {
      bySense[this.final(id)] = sense;
    });
    const prefixes = bySense.filter(({ kind }) => kind >= PREFIX).map(({ text }) => text.length);
    const titles = this.#titles.map((atom) => this.final(atom)).sort((a, b) => a - b);
    return {
      counts: Int32Array.of(
        topics,
        bySense.length,
        bySense.filter(({ kind }) => isSortedKind(kind)).length,
        this.#nodePlaces,
        titles.length,
        prefixes.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER) | 0,
        prefixes.reduce((a, b) => Math.max(a, b), 0),
        bySense.reduce((bits, { kind }) => bits | (1 << kind), 0),
        bySense.some(mayBeCompound) ? 1 : 0,
      ),
      titles: Int32Array.from(titles),
      keyStarts: starts.slice(0, bySense.length),
      titleStarts: starts.slice(this.count - titles.length),
      ...encodeKeys(bySense),
      ...this.#flatNodes(starts.subarray(bySense.length)),
    } satisfies Partial<EncodedTopics>;
  }

  #flatNodes(starts: Int32Array) {
    const nodes = new Int32Array(this.#nodePlaces * NODE_SIZE).fill(NO_NODE);
    // Eight bits for each node: one neighbour in twenty passes by chance.
    const pairBits = 2 ** Math.ceil(Math.log2(Math.max(32, this.#nodes.length * 8)));
    const pairs = new Int32Array(pairBits / 32);
    this.#nodes.forEach(({ parent, key, flags }, id) => {
      const last = this.final(key);
      const from = this.final(parent);
      const place = this.#finalNode[id] as number;
      nodes.set([from, last | flags, starts[place] ?? 0], place * NODE_SIZE);
      const bit = (pairHash(from, last) >>> 0) % pairBits;
      pairs[bit >> 5] = (pairs[bit >> 5] as number) | (1 << (bit & 31));
    });
    return { nodes, pairs };
  }

  /** A node's number is its place in a hash table, so that it is found with one look at memory. */
  #settleNodes(): void {
    this.#finalNode = new Int32Array(this.#nodes.length);
    const taken = new Uint8Array(this.#nodePlaces);
    // A parent comes before its nodes.
    this.#nodes.forEach(({ parent, key }, id) => {
      let place = slotOf(pairHash(this.final(parent), this.final(key)), taken.length);
      while (taken[place] !== 0) place = place + 1 === taken.length ? 0 : place + 1;
      taken[place] = 1;
      this.#finalNode[id] = place;
    });
  }

  get #nodePlaces(): number {
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

/** Of a beginning in capitals, how much of a word they are. */
function flagsOf(kind: number, text: string): number {
  if (kind === KIND.capital + PREFIX) return IS_CASED | 1;
  if (kind === KIND.cased + PREFIX || kind === KIND.capitals + PREFIX) return IS_CASED | text.length;
  return kind === KIND.cased ? IS_CASED : 0;
}

/** Exact words are met by no compound but those with signs. */
function mayBeCompound({ kind, text }: Key): boolean {
  const plain = kind & ~PREFIX;
  if (plain === KIND.exact || plain === KIND.cased) return HAS_SIGN.test(text);
  return plain !== KIND.source && plain !== KIND.language;
}

const HAS_SIGN = /[^\p{L}\p{M}\p{N}]/u;

function encodeKeys(senses: readonly Key[]) {
  const keyHashes = new Int32Array(senses.length * 2);
  const keyFlags = new Int32Array(senses.length);
  const firsts = new Int32Array(senses.length);
  const texts: Uint8Array[] = [];
  const textStarts = [0];
  senses.forEach(({ kind, text, flags }, id) => {
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

/** A hash table with open places: 1 + index at the place of its hash or at the next free one. */
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
