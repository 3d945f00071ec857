import { contentWords, wordWeight } from './headline.ts';

/** Enough for what a hit holds of a text; of longer ones a sample, by hash, so that the same words are in it each time. */
const MAX_HASHES = 64;
/** Inflections of a word mostly have its beginning in common. */
const STEM_LENGTH = 5;

/** What a text says, for comparing it later: hashes of its words' beginnings, of 16 bits, the lowest ones; 171 characters at most. */
export function sketchOf(...texts: readonly string[]): string {
  const hashes = new Set(texts.flatMap(contentWords).map(hashOf));
  return Buffer.from(
    Uint16Array.from([...hashes].sort((a, b) => a - b).slice(0, MAX_HASHES)).buffer,
  ).toString('base64url');
}

/** Words of a text that are not in a sketch, and the share of the text that they are. */
export function newInText(
  sketch: string,
  text: string,
): { readonly share: number; readonly words: string[] } {
  const known = decodeSketch(sketch);
  // Beyond its last one, a full sketch does not tell.
  const reach = known.length < MAX_HASHES ? Number.POSITIVE_INFINITY : Math.max(...known);
  const told = contentWords(text).filter((word) => hashOf(word) <= reach);
  const words = told.filter((word) => !known.includes(hashOf(word)));
  return { share: told.length === 0 ? 0 : wordWeight(words) / wordWeight(told), words };
}

function decodeSketch(sketch: string): Uint16Array {
  return new Uint16Array(Uint8Array.from(Buffer.from(sketch, 'base64url')).buffer);
}

/** FNV-1a, folded to 16 bits. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (const letter of [...word].slice(0, STEM_LENGTH))
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash ^ (hash >>> 16)) & 0xffff;
}
