import { detectAll } from 'jschardet';

/** More tells no more, and takes longer. */
const SAMPLE_BYTES = 64 * 1024;
const LATIN = /^(windows-125[0247]|iso-?8859-(1|2|3|4|9|10|13|14|15|16))$/i;
/** So near the best guess that the alphabet of most feeds is the likelier one. */
const MIN_LATIN_RATIO = 0.7;

/**
 * Labels of encodings that bytes without any could be in, the likeliest first. A guess: who asks has to see whether the
 * bytes fit. Loaded only when it is asked, since it brings its statistics with it.
 */
export function likelyEncodings(bytes: Uint8Array): string[] {
  const guesses = detectAll(sample(bytes), { minimumThreshold: 0 })
    .map(({ encoding, confidence }) => ({ label: encoding ?? '', confidence }))
    .filter(({ label }) => isOfTheWeb(label));
  const [best] = guesses;
  // A few letters with accents look like words of another alphabet: one guess is then little better than the other.
  const latin = guesses.find(({ label }) => LATIN.test(label));
  const isClose = best && latin && latin.confidence >= best.confidence * MIN_LATIN_RATIO;
  return [...(isClose ? [latin] : []), ...guesses].map(({ label }) => label);
}

/** The encodings that browsers know are those that feeds are in; others would win by chance. */
function isOfTheWeb(label: string): boolean {
  try {
    return (
      !/^(x-|mac|utf|ascii|us-ascii|iso-2022|ibm855)/i.test(label) && new TextDecoder(label).encoding !== ''
    );
  } catch {
    return false;
  }
}

/** Lines with letters that are not ASCII's: the others are the same in all encodings. */
function sample(bytes: Uint8Array): Uint8Array {
  const kept: number[] = [];
  let start = 0;
  let tells = false;
  for (let at = 0; at <= bytes.length && kept.length < SAMPLE_BYTES; at++) {
    const byte = bytes[at];
    if (byte === undefined || byte === 0x0a || byte === 0x3c) {
      if (tells) for (let n = start; n < at && kept.length < SAMPLE_BYTES; n++) kept.push(bytes[n] ?? 0);
      start = at;
      tells = false;
    } else if (byte >= 0x80) {
      tells = true;
    }
  }
  return Uint8Array.from(kept);
}
