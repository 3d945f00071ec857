import { isAscii } from '../../../shared/text/characters.ts';

/** Encodings that UTF-8 is mistaken for. The first is the default of old databases and servers. */
const MISTAKEN_ENCODINGS = ['windows-1252', 'windows-1251', 'windows-1250'];
/** A text with fewer may be about mojibake. */
const MIN_MOJIBAKE = 3;
const MAX_ROUNDS = 3;

const NON_ASCII_RUN = /[^\0-\x7f]+/;
/** A non-ASCII character next to a letter or digit, or a run too long to be chance. */
const MOJIBAKE = /[a-z\d][^\0-\x7f]|[^\0-\x7f]{4}|[^\0-\x7f][a-z\d]/gi;

/**
 * Repairs a document whose UTF-8 was read in another encoding and encoded again: "CataluÃ±a", "donâ€™t". Does so only if all
 * its non-ASCII characters become valid UTF-8 and there are enough of them. Does not change a document with a single "é".
 */
export function withoutMojibake(text: string): string {
  if (isAscii(text)) return text;
  let repaired = text;
  for (let n = 0; n < MAX_ROUNDS; n++) {
    const next = repairOnce(repaired);
    if (next === undefined) break;
    repaired = next;
  }
  return repaired;
}

function repairOnce(text: string): string | undefined {
  const [run] = NON_ASCII_RUN.exec(text) ?? [];
  if (run === undefined) return undefined;
  for (const label of MISTAKEN_ENCODINGS) {
    // The first two characters rule out nearly all documents.
    if (!beginsAsUtf8(run, label) || asUtf8(run.slice(0, MAX_SAMPLE_LENGTH), label, true) === undefined)
      continue;
    if (!hasMojibake(text)) return undefined;
    const repaired = asUtf8(text, label, false);
    if (repaired !== undefined) return repaired;
  }
  return undefined;
}

const MAX_SAMPLE_LENGTH = 200;

function hasMojibake(text: string): boolean {
  let count = 0;
  for (const _match of text.matchAll(MOJIBAKE)) if (++count === MIN_MOJIBAKE) return true;
  return false;
}

function beginsAsUtf8(run: string, label: string): boolean {
  const [lead, next] = [0, 1].map((at) => bytesOf(label)[run.charCodeAt(at)] ?? -1) as [number, number];
  return lead >= 0xc2 && lead <= 0xf4 && next >= 0x80 && next < 0xc0;
}

/** Returns undefined if the text is not UTF-8. `isPart` allows it to end within a character. */
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

/** Returns the byte of each character, or -1. Control characters map to the byte of the same number, as in Latin-1. */
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
