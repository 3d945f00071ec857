/**
 * How senses are written that are searched by their beginnings: those of inflected words, and of words whose diacritics count.
 * Of the latter: without diacritics, NUL, with them, and what else counts.
 */

const KEY_SEPARATOR = '\0';

export interface SortedKey {
  /** Without diacritics. */
  readonly plain: string;
  /** With those that it has. */
  readonly text: string;
  readonly isInflected: boolean;
  /** Begins with a capital. */
  readonly isName: boolean;
}

export function formatSortedKey(plain: string, text: string, isInflected: boolean, isName: boolean): string {
  return `${plain}${KEY_SEPARATOR}${text}${KEY_SEPARATOR}${isInflected ? 'i' : ''}${isName ? 'n' : ''}`;
}

/** What begins all that have no diacritics but this. */
export function sortedKeyPrefix(plain: string): string {
  return plain + KEY_SEPARATOR;
}

export function parseSortedKey(written: string): SortedKey {
  const [plain = '', text = plain, flags = 'i'] = written.split(KEY_SEPARATOR);
  return { plain, text, isInflected: flags.includes('i'), isName: flags.includes('n') };
}

/** How things are written in the numbers of compiled topics. */

/** Of senses and nodes, beside their id or in flags of their own. */
export const ID_MASK = 0x00ff_ffff;
/** Something asks for it as it is: it is an atom. */
export const IS_TERM = 1 << 24;
/** Something asks for it in titles alone. */
export const HAS_TITLE_TERM = 1 << 25;
/** Rows begin with it, or go on from it. */
export const IS_PHRASE_PREFIX = 1 << 26;
/** A sense that stands second or later in a row. */
export const CONTINUES_PHRASE = 1 << 27;
/** Its places count: something asks for what is near it. */
export const IS_NEAR_OPERAND = 1 << 28;
/** A sense of capitals alone; how many, stands in its flags. */
export const IS_CASED = 1 << 29;
/** Beside IS_CASED, for a word of the text: its first letter must be a capital, or all of its letters. */
export const NEEDS_CAPITAL = 1 << 30;
export const NEEDS_CAPITALS = 1 << 31;

/** Numbers of a node. */
export const NODE_SIZE = 3;
/** In place of a parent, where no node stands. */
export const NO_NODE = -1;

/** Kinds of senses. Those of prefixes are PREFIX more. */
export const KIND = {
  exact: 0,
  folded: 1,
  marked: 2,
  cased: 3,
  inflected: 4,
  source: 5,
  language: 6,
  /** Without diacritics, the first letter a capital, or all. */
  capital: 7,
  capitals: 8,
  /** What a query asks of a label field, by the name that `Labels` gives it. */
  label: 9,
} as const;
export const PREFIX = 16;
/** Kinds whose texts are searched by their beginnings. */
export const isSortedKind = (kind: number): boolean => kind === KIND.inflected || kind === KIND.marked;

/** Of a posting, beside its topic: the last of its atom. */
export const IS_LAST = 1 << 24;
/** What else the topic asks for follows: its program. */
export const HAS_CLAUSE = 1 << 25;
/** The topic has postings with other atoms, too. */
export const HAS_OTHER_POSTINGS = 1 << 26;

/** Operators of programs, above their argument: an atom, an index, or the length of what they are about. */
export const OP = { term: 0, notTerm: 1, all: 2, any: 3, not: 4, regex: 5, near: 6, anyTerm: 7 } as const;
/** A bit for each operator whose argument is the length of what follows. `anyAtom` is followed by nothing but atoms. */
export const HAS_PARTS = (1 << OP.all) | (1 << OP.any) | (1 << OP.not) | (1 << OP.anyTerm);
export const OP_SHIFT = 29;
export const ARGUMENT_MASK = 0x1fff_ffff;

/** Of a set of topics, in its counts: a bit for each kind of senses that it has. */
export function hasKind(kinds: number, kind: number): boolean {
  return ((kinds >>> kind) & 1) !== 0;
}

/** A sense's two hashes, from those of its text. */
export function keyHash(kind: number, hash: number): number {
  return Math.imul(hash ^ Math.imul(kind + 1, 0x27d4_eb2f), 0x85eb_ca6b);
}

export function slotOf(hash: number, size: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1);
  return Math.floor(((mixed >>> 0) * size) / 0x1_0000_0000);
}

/** Of a node's parent and last sense. */
export function pairHash(parent: number, sense: number): number {
  const mixed = Math.imul(parent ^ Math.imul(sense, 0x9e37_79b1), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}

export function hasBit(bits: Int32Array, bit: number): boolean {
  return (((bits[bit >> 5] as number) >>> (bit & 31)) & 1) !== 0;
}
