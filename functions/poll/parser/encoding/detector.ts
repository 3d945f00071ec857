import { detectAll } from 'jschardet';

/** More bytes improve nothing and take longer. */
const SAMPLE_BYTES = 64 * 1024;
const LATIN = /^(windows-125[0247]|iso-?8859-(1|2|3|4|9|10|13|14|15|16))$/i;
/** A Latin guess wins if its confidence is at least this share of the best guess's, since most feeds are in Latin script. */
const MIN_LATIN_RATIO = 0.7;

/**
 * Returns the labels of encodings that undeclared bytes may be in, likeliest first. The caller must check that the bytes
 * are valid in them. Loaded on demand, because of the size of its statistics.
 */
export function likelyEncodings(bytes: Uint8Array): string[] {
  const guesses = detectAll(sample(bytes), { minimumThreshold: 0 })
    .map(({ encoding, confidence }) => ({ label: encoding ?? '', confidence }))
    .filter(({ label }) => isWebEncoding(label));
  const [best] = guesses;
  // A few accented letters look like words of another alphabet, so the guesses are then almost equally likely.
  const latin = guesses.find(({ label }) => LATIN.test(label));
  const isClose = best && latin && latin.confidence >= best.confidence * MIN_LATIN_RATIO;
  return [...(isClose ? [latin] : []), ...guesses].map(({ label }) => label);
}

/** Returns whether browsers know an encoding. Feeds use no others, and others would win by chance. */
function isWebEncoding(label: string): boolean {
  try {
    return (
      !/^(x-|mac|utf|ascii|us-ascii|iso-2022|ibm855)/i.test(label) && new TextDecoder(label).encoding !== ''
    );
  } catch {
    return false;
  }
}

/** Returns lines with non-ASCII bytes. Other lines are the same in all encodings. */
function sample(bytes: Uint8Array): Uint8Array {
  const kept: number[] = [];
  let start = 0;
  let hasNonAscii = false;
  for (let at = 0; at <= bytes.length && kept.length < SAMPLE_BYTES; at++) {
    const byte = bytes[at];
    if (byte === undefined || byte === 0x0a || byte === 0x3c) {
      if (hasNonAscii)
        for (let n = start; n < at && kept.length < SAMPLE_BYTES; n++) kept.push(bytes[n] ?? 0);
      start = at;
      hasNonAscii = false;
    } else if (byte >= 0x80) {
      hasNonAscii = true;
    }
  }
  return Uint8Array.from(kept);
}
