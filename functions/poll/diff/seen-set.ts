import type { Fingerprint } from './identity.ts';
import { HALF_HASH_DIGITS, HASH_DIGITS } from './identity.ts';

/**
 * One entry of a feed's seen set, which tells new, edited and known entries apart without reading any item. A packed entry has
 * 32 bytes: the id (8), and hashes of text (6), guid (6), address (6), title (3) and date (3), with zeros for missing parts.
 * So a feed of 30 items takes 3 KB of its record. Title and date identify an entry together. With 48 bits, the hashes of a
 * 1,000-item feed collide by chance once in 10^8 polls.
 *
 * Entries of releases up to 0.1.0 have a hash of title, summary and content as the text hash, and one hash of title and date
 * together. `recognise` compares with both forms. An entry gets the new form when it is seen again.
 */
export interface SeenEntry {
  readonly id: string;
  readonly textHash: string;
  readonly fingerprint: Fingerprint;
}

const ENTRY_DIGITS = 64;

/** Hex digits of each part, in packing order. */
const DIGITS = {
  id: 16,
  text: HASH_DIGITS,
  guid: HASH_DIGITS,
  url: HASH_DIGITS,
  title: HALF_HASH_DIGITS,
  date: HALF_HASH_DIGITS,
};

export function pack(entries: readonly SeenEntry[]): Uint8Array {
  return Buffer.from(entries.map(packed).join(''), 'hex');
}

/** Returns one packed entry as hex digits. */
export function packed({ id, textHash, fingerprint }: SeenEntry): string {
  const parts: Readonly<Record<string, string | undefined>> = { id, text: textHash, ...fingerprint };
  return Object.entries(DIGITS)
    .map(([part, digits]) => (parts[part] || '').padEnd(digits, '0'))
    .join('');
}

export function unpack(packed: Uint8Array): SeenEntry[] {
  const hex = Buffer.from(packed).toString('hex');
  const entries: SeenEntry[] = [];
  for (let at = 0; at + ENTRY_DIGITS <= hex.length; at += ENTRY_DIGITS) {
    let from = at;
    const parts = Object.entries(DIGITS).map(([part, digits]) => {
      const value = hex.slice(from, from + digits);
      from += digits;
      return [part, /^0+$/.test(value) ? '' : value] as const;
    });
    const { id = '', text = '', ...hashes } = Object.fromEntries(parts);
    entries.push({
      id,
      textHash: text,
      fingerprint: Object.fromEntries(Object.entries(hashes).filter(([, hash]) => hash !== '')),
    });
  }
  return entries;
}
