/** Encodings that UTF-8 is taken for. Old databases and servers are set to the first. */
const MISTAKEN_FOR = ['windows-1252', 'windows-1251', 'windows-1250'];
/** Fewer could be what a text is about. */
const MIN_SIGNS = 3;
const MAX_ROUNDS = 3;

const RUN = /[^\0-\x7f]+/;
/** Within a word or at a number, or too long to be anything else by chance. */
const SIGN = /[a-z\d][^\0-\x7f]|[^\0-\x7f]{4}|[^\0-\x7f][a-z\d]/gi;

/**
 * Mends a document whose UTF-8 was read in another encoding and encoded anew: "CataluÃ±a", "donâ€™t". Only where all
 * characters beyond ASCII are UTF-8 that way, and there are enough of them: a document with a single "é" stays as it is.
 */
export function withoutMojibake(text: string): string {
  let mended = text;
  for (let n = 0; n < MAX_ROUNDS; n++) {
    const once = mendedOnce(mended);
    if (once === undefined) break;
    mended = once;
  }
  return mended;
}

function mendedOnce(text: string): string | undefined {
  const [run] = RUN.exec(text) ?? [];
  if (run === undefined) return undefined;
  for (const label of MISTAKEN_FOR) {
    // Nearly all documents are done with after their first two characters.
    if (!beginsAsUtf8(run, label) || asUtf8(run.slice(0, MAX_SAMPLE_LENGTH), label, true) === undefined)
      continue;
    if (!hasSigns(text)) return undefined;
    const mended = asUtf8(text, label, false);
    if (mended !== undefined) return mended;
  }
  return undefined;
}

const MAX_SAMPLE_LENGTH = 200;

function hasSigns(text: string): boolean {
  let count = 0;
  for (const _sign of text.matchAll(SIGN)) if (++count === MIN_SIGNS) return true;
  return false;
}

function beginsAsUtf8(run: string, label: string): boolean {
  const [lead, next] = [0, 1].map((at) => bytesOf(label)[run.charCodeAt(at)] ?? -1) as [number, number];
  return lead >= 0xc2 && lead <= 0xf4 && next >= 0x80 && next < 0xc0;
}

/** Undefined where it is none. `isPart`: it may end within a character. */
function asUtf8(text: string, label: string, isPart: boolean): string | undefined {
  const byteOf = bytesOf(label);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const byte = byteOf[text.charCodeAt(at)] ?? -1;
    if (byte < 0) return undefined;
    bytes[at] = byte;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isPart });
  } catch {
    return undefined;
  }
}

const tables = new Map<string, Int16Array>();

/** Bytes by character, -1 where there is none. Control characters stand for the byte of the same number, as in Latin-1. */
function bytesOf(label: string): Int16Array {
  let table = tables.get(label);
  if (!table) {
    table = new Int16Array(0x10000).fill(-1);
    for (let byte = 0; byte < 0xa0; byte++) table[byte] = byte;
    const upper = Uint8Array.from({ length: 128 }, (_, n) => 0x80 + n);
    const characters = new TextDecoder(label).decode(upper);
    for (const [n, byte] of upper.entries()) table[characters.charCodeAt(n)] = byte;
    tables.set(label, table);
  }
  return table;
}
