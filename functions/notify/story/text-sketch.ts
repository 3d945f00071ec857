import { contentWords, wordWeight } from './headline.ts';

/** Enough for the text in a hit. Longer texts are sampled by hash, so the sample has the same words each time. */
const MAX_HASHES = 64;
/** Inflections of a word mostly share its first letters. */
const STEM_LENGTH = 5;

/**
 * Returns a sketch of texts for later comparison: the lowest 16-bit hashes of their words' first letters, in base64url, 171
 * characters at most.
 */
export function sketchOf(...texts: readonly string[]): string {
  const hashes = new Set(texts.flatMap(contentWords).map(hashOf));
  return Buffer.from(
    Uint16Array.from([...hashes].sort((a, b) => a - b).slice(0, MAX_HASHES)).buffer,
  ).toString('base64url');
}

/** Returns the words of a text that are not in a sketch, and their share of the text, from 0 to 1. */
export function newInText(
  sketch: string,
  text: string,
): { readonly share: number; readonly words: string[] } {
  const known = decodeSketch(sketch);
  // A full sketch says nothing about hashes above its highest one.
  const maxHash = known.length < MAX_HASHES ? Number.POSITIVE_INFINITY : Math.max(...known);
  const comparable = contentWords(text).filter((word) => hashOf(word) <= maxHash);
  const words = comparable.filter((word) => !known.includes(hashOf(word)));
  return { share: comparable.length === 0 ? 0 : wordWeight(words) / wordWeight(comparable), words };
}

function decodeSketch(sketch: string): Uint16Array {
  return new Uint16Array(Uint8Array.from(Buffer.from(sketch, 'base64url')).buffer);
}

/** Returns the FNV-1a hash of a word's first letters, folded to 16 bits. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (const letter of [...word].slice(0, STEM_LENGTH))
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash ^ (hash >>> 16)) & 0xffff;
}
