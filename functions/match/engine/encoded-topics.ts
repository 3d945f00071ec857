/**
 * A compiled set of topics as one run of bytes: a header, followed by sections of 32-bit integers and of bytes.
 * Integers are little-endian, like every machine this runs on. Loading creates views and copies nothing.
 *
 * A *key* is one way in which a word can match, such as "exactly give" or "beginning with monito". A *node* is a
 * phrase of two or more keys. Its *parent* is the node or key of the phrase without the last key. A *term* is
 * something that a topic asks for: a key, a node, or one of these in titles only. Ids of terms are assigned to keys
 * first, then nodes, then title terms.
 */
export interface EncodedTopics {
  /**
   * The number of topics, of keys, of keys searched by prefix, of node slots and of title terms; the shortest and
   * longest prefix, in UTF-16 units; the kinds of keys, as bits; and 1 if compounds may match a key.
   */
  readonly counts: Int32Array;
  /** Hash table of keys: 1 + key, or 0 for an empty slot. */
  readonly keySlots: Int32Array;
  /** Two hashes per key. */
  readonly keyHashes: Int32Array;
  /** Flags per key. A prefix in capitals also stores its length here. */
  readonly keyFlags: Int32Array;
  /**
   * Hash table of nodes by parent and last key. Each slot holds the parent (-1 if the slot is empty), the last key
   * with the node's flags, and the start of the node's postings. The id of a node is its slot.
   */
  readonly nodes: Int32Array;
  /** A Bloom filter with one hash, over the pairs of parent and last key. Rejects most neighbouring words of a text. */
  readonly pairs: Int32Array;
  /** The term that each title term requires in a title, in rising order. */
  readonly titles: Int32Array;
  /** Start of the postings of each key, and of each title term, or 0 if there are none. Nodes store theirs in `nodes`. */
  readonly keyStarts: Int32Array;
  readonly titleStarts: Int32Array;
  /**
   * The topics to check if a term is present. Each posting is a topic with flags, followed by its clause if one
   * remains to be evaluated.
   */
  readonly postings: Int32Array;
  /** Topics to evaluate for every item. Each has the start of its clause in `postings`. */
  readonly unfiltered: Int32Array;
  /** Operands of NEAR: the distance, then the count and terms of each side. The terms are in rising order. */
  readonly proximities: Int32Array;
  /** Start of each prefix-searched key's text in `texts`, and the end of the last. */
  readonly textStarts: Int32Array;
  /** UTF-8 texts as written by `formatSortedKey`, in rising order. */
  readonly texts: Uint8Array;
  /** UTF-8 of a JSON list of `{regex, in?}`. */
  readonly regexes: Uint8Array;
  /** Queries on label fields: for each of LABEL_FIELD_NAMES, the byte length of its compiled queries, and the queries. */
  readonly labels: Uint8Array;
}

const INTEGER_SECTIONS = [
  'counts',
  'keySlots',
  'keyHashes',
  'keyFlags',
  'nodes',
  'pairs',
  'titles',
  'keyStarts',
  'titleStarts',
  'postings',
  'unfiltered',
  'proximities',
  'textStarts',
] as const satisfies (keyof EncodedTopics)[];
const BYTE_SECTIONS = ['texts', 'regexes', 'labels'] as const satisfies (keyof EncodedTopics)[];

/** "NAT" and the format's version. A function must refuse topics compiled by a newer or older release. */
const FORMAT = 0x4e_41_54_02;
const HEADER_INTEGERS = 1 + INTEGER_SECTIONS.length + BYTE_SECTIONS.length;

export class FormatError extends Error {
  override name = 'FormatError';
}

export function pack(topics: EncodedTopics): Uint8Array {
  const sizes = [...INTEGER_SECTIONS, ...BYTE_SECTIONS].map((name) => topics[name].byteLength);
  const total = sizes.reduce((sum, size) => sum + padded(size), HEADER_INTEGERS * 4);
  const bytes = new Uint8Array(total);
  new Int32Array(bytes.buffer, 0, HEADER_INTEGERS).set([FORMAT, ...sizes]);
  let at = HEADER_INTEGERS * 4;
  for (const name of [...INTEGER_SECTIONS, ...BYTE_SECTIONS]) {
    const { buffer, byteOffset, byteLength } = topics[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += padded(byteLength);
  }
  return bytes;
}

/** Returns views of the bytes written by `pack`. Throws FormatError if they are truncated or have another format. */
export function unpack(packed: Uint8Array): EncodedTopics {
  const bytes = packed.byteOffset % 4 === 0 ? packed : new Uint8Array(packed);
  const { buffer, byteOffset, byteLength } = bytes;
  const header =
    byteLength < HEADER_INTEGERS * 4
      ? new Int32Array(HEADER_INTEGERS)
      : new Int32Array(buffer, byteOffset, HEADER_INTEGERS);
  if (header[0] !== FORMAT) {
    throw new FormatError(
      'expected topics compiled by this release, got another format; deploy again, or compile them again',
    );
  }
  let at = HEADER_INTEGERS * 4;
  const next = (index: number): [number, number] => {
    const size = header[1 + index] ?? 0;
    const start = at;
    at += padded(size);
    if (size < 0 || at > byteLength) {
      throw new FormatError(`expected ${at} bytes of compiled topics, got ${byteLength}; compile them again`);
    }
    return [byteOffset + start, size];
  };
  const views: Partial<Record<keyof EncodedTopics, Int32Array | Uint8Array>> = {};
  INTEGER_SECTIONS.forEach((name, index) => {
    const [start, size] = next(index);
    views[name] = new Int32Array(buffer, start, size / 4);
  });
  BYTE_SECTIONS.forEach((name, index) => {
    const [start, size] = next(INTEGER_SECTIONS.length + index);
    views[name] = new Uint8Array(buffer, start, size);
  });
  return views as unknown as EncodedTopics;
}

function padded(size: number): number {
  return (size + 3) & ~3;
}
