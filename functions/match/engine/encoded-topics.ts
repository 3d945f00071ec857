/**
 * A compiled set of topics as one run of bytes: a header, then sections of whole numbers of 32 bits (little-endian, as all
 * machines are that this runs on). Loading makes views of them and reads nothing.
 *
 * Ids: a *sense* is one way in which a word can count ("exactly give", "beginning with monito"). A *node* is a row of two
 * or more senses, reached from its *parent* (a node, or the sense that it begins with) by its last sense. An *atom* is what
 * a topic asks for: senses come first in the numbers of atoms, then nodes, then what is asked for in a title alone.
 */
export interface EncodedTopics {
  /**
   * Topics, senses, those that are searched by their beginnings, nodes, title atoms, units of the shortest and the longest
   * prefix, kinds of senses, 1 where compounds of a text may meet some.
   */
  readonly counts: Int32Array;
  /** Hash table of senses: 1 + sense, or 0. */
  readonly keySlots: Int32Array;
  /** Two hashes of each sense. */
  readonly keyHashes: Int32Array;
  /** Flags of each sense; of a beginning in capitals also its length. */
  readonly keyFlags: Int32Array;
  /**
   * Hash table of nodes, by parent and last sense: of each its parent (-1 where there is no node), its last sense with the
   * node's flags, and where its postings start. A node's number is its place in it.
   */
  readonly nodes: Int32Array;
  /** One bit for what pairs of parent and sense hash to: most neighbours in a text are told apart here. */
  readonly pairs: Int32Array;
  /** For each title atom the atom that it is in titles, rising. */
  readonly titles: Int32Array;
  /** Where the postings of each sense start, and those of each title atom; 0 where it has none. Those of nodes are with them. */
  readonly keyStarts: Int32Array;
  readonly titleStarts: Int32Array;
  /** The topics to look at where an atom is there: each with its flags and, where it asks for more, its program. */
  readonly postings: Int32Array;
  /** Topics to be evaluated for every item: each with where its program starts in `postings`. */
  readonly unfiltered: Int32Array;
  /** Distance, count and atoms of the one side, count and atoms of the other; atoms rise. */
  readonly proximities: Int32Array;
  /** Where in `texts` the text of each sense starts that is searched by its beginning; one more for the end. */
  readonly textStarts: Int32Array;
  /** UTF-8, as in `listed`. In rising order. */
  readonly texts: Uint8Array;
  /** UTF-8 of a JSON list of `{regex, in?}`. */
  readonly regexes: Uint8Array;
  /** What is asked of label fields: of each field, in the order of LABEL_FIELDS, the length of such topics and themselves. */
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

/** "NAT" and the version of the format: a function that is newer or older than its topics must say so. */
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

/** Views of what `pack` gave. Throws FormatError. */
export function unpack(packed: Uint8Array): EncodedTopics {
  const bytes = packed.byteOffset % 4 === 0 ? packed : new Uint8Array(packed);
  const { buffer, byteOffset, byteLength } = bytes;
  const header =
    byteLength < HEADER_INTEGERS * 4
      ? new Int32Array(HEADER_INTEGERS)
      : new Int32Array(buffer, byteOffset, HEADER_INTEGERS);
  if (header[0] !== FORMAT) {
    throw new FormatError(
      'expected topics compiled by this release, got others; deploy again, or compile them anew',
    );
  }
  let at = HEADER_INTEGERS * 4;
  const next = (index: number): [number, number] => {
    const size = header[1 + index] ?? 0;
    const start = at;
    at += padded(size);
    if (size < 0 || at > byteLength) {
      throw new FormatError(`expected ${at} bytes of compiled topics, got ${byteLength}; compile them anew`);
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
