/**
 * The texts of keys that are searched by prefix: those of inflected words, and those of words with diacritics. The
 * latter consist of the text without diacritics, NUL, the text with them, NUL, and flags.
 */

const KEY_SEPARATOR = '\0';

export interface SortedKey {
  /** The text without diacritics. */
  readonly plain: string;
  /** The text with its diacritics. */
  readonly text: string;
  readonly isInflected: boolean;
  /** The term is written with a capital. */
  readonly isName: boolean;
}

export function formatSortedKey(plain: string, text: string, isInflected: boolean, isName: boolean): string {
  return `${plain}${KEY_SEPARATOR}${text}${KEY_SEPARATOR}${isInflected ? 'i' : ''}${isName ? 'n' : ''}`;
}

/** Returns the prefix of all keys with diacritics that have this text without them. */
export function sortedKeyPrefix(plain: string): string {
  return plain + KEY_SEPARATOR;
}

export function parseSortedKey(written: string): SortedKey {
  const [plain = '', text = plain, flags = 'i'] = written.split(KEY_SEPARATOR);
  return { plain, text, isInflected: flags.includes('i'), isName: flags.includes('n') };
}

/** Masks and flags of keys and phrase nodes. The flags are stored beside the id, or in an array of flags. */
export const ID_MASK = 0x00ff_ffff;
/** The key or node is a term by itself. */
export const IS_TERM = 1 << 24;
/** The key or node is a term in titles. */
export const HAS_TITLE_TERM = 1 << 25;
/** Phrases start with the key, or extend the node. */
export const IS_PHRASE_PREFIX = 1 << 26;
/** The key is the second or a later word of a phrase. */
export const CONTINUES_PHRASE = 1 << 27;
/** The key or node is an operand of NEAR, so its positions are recorded. */
export const IS_NEAR_OPERAND = 1 << 28;
/** The key requires capitals. The number of capitals is in the key's flags. */
export const IS_CASED = 1 << 29;
/** Set beside IS_CASED for a word of a text: its first letter, or all its letters, must be capitals. */
export const NEEDS_CAPITAL = 1 << 30;
export const NEEDS_CAPITALS = 1 << 31;

/** Integers per node. */
export const NODE_SIZE = 3;
/** Stored as the parent of an empty slot. */
export const NO_NODE = -1;

/** Kinds of keys. The kind of a prefix is PREFIX higher. */
export const KIND = {
  exact: 0,
  folded: 1,
  marked: 2,
  cased: 3,
  inflected: 4,
  source: 5,
  language: 6,
  /** The text without diacritics, with its first letter or all letters in capitals. */
  capital: 7,
  capitals: 8,
  /** A query on a label field, by its `labelQueryName`. */
  label: 9,
} as const;
export const PREFIX = 16;
/** Returns whether keys of a kind are searched by prefix. */
export const isSortedKind = (kind: number): boolean => kind === KIND.inflected || kind === KIND.marked;

/** Flags of a posting, beside its topic. IS_LAST marks the last posting of a term. */
export const IS_LAST = 1 << 24;
/** The clause that remains to be evaluated follows the posting. */
export const HAS_CLAUSE = 1 << 25;
/** The topic has postings under other terms too. */
export const HAS_OTHER_POSTINGS = 1 << 26;

/** Operators of clauses, stored above their argument: a term, an index, or the length of their parts. */
export const OP = { term: 0, notTerm: 1, all: 2, any: 3, not: 4, regex: 5, near: 6, anyTerm: 7 } as const;
/** One bit per operator whose argument is the length of its parts. The parts of `anyTerm` are terms only. */
export const HAS_PARTS = (1 << OP.all) | (1 << OP.any) | (1 << OP.not) | (1 << OP.anyTerm);
export const OP_SHIFT = 29;
export const ARGUMENT_MASK = 0x1fff_ffff;

/** Returns whether a set of topics has keys of a kind. `kinds` has one bit per kind. */
export function hasKind(kinds: number, kind: number): boolean {
  return ((kinds >>> kind) & 1) !== 0;
}

/** Returns a hash of a key from a hash of its text. Called for both hashes of the text. */
export function keyHash(kind: number, hash: number): number {
  return Math.imul(hash ^ Math.imul(kind + 1, 0x27d4_eb2f), 0x85eb_ca6b);
}

export function slotOf(hash: number, size: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x9e37_79b1);
  return Math.floor(((mixed >>> 0) * size) / 0x1_0000_0000);
}

/** Returns the hash of a node, from its parent and its last key. */
export function pairHash(parent: number, key: number): number {
  const mixed = Math.imul(parent ^ Math.imul(key, 0x9e37_79b1), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}

export function hasBit(bits: Int32Array, bit: number): boolean {
  return (((bits[bit >> 5] as number) >>> (bit & 31)) & 1) !== 0;
}
