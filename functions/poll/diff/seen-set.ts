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

const ID_DIGITS = 16;
const ENTRY_DIGITS = 64;

export function pack(entries: readonly SeenEntry[]): Uint8Array {
  return Buffer.from(entries.map(packed).join(''), 'hex');
}

/** Returns one packed entry as hex digits. */
export function packed({ id, textHash, fingerprint: { guid, url, title, date } }: SeenEntry): string {
  return (
    id.padEnd(ID_DIGITS, '0') +
    textHash.padEnd(HASH_DIGITS, '0') +
    (guid ?? '').padEnd(HASH_DIGITS, '0') +
    (url ?? '').padEnd(HASH_DIGITS, '0') +
    (title ?? '').padEnd(HALF_HASH_DIGITS, '0') +
    (date ?? '').padEnd(HALF_HASH_DIGITS, '0')
  );
}

export function unpack(packed: Uint8Array): SeenEntry[] {
  const hex = Buffer.from(packed).toString('hex');
  const entries: SeenEntry[] = [];
  for (let at = 0; at + ENTRY_DIGITS <= hex.length; at += ENTRY_DIGITS) {
    let from = at;
    const next = (digits: number) => {
      const part = hex.slice(from, from + digits);
      from += digits;
      return part === NOTHING.slice(0, digits) ? '' : part;
    };
    const [id, textHash] = [next(ID_DIGITS), next(HASH_DIGITS)];
    const [guid, url] = [next(HASH_DIGITS), next(HASH_DIGITS)];
    const [title, date] = [next(HALF_HASH_DIGITS), next(HALF_HASH_DIGITS)];
    entries.push({
      id,
      textHash,
      fingerprint: {
        ...(guid && { guid }),
        ...(url && { url }),
        ...(title && { title }),
        ...(date && { date }),
      },
    });
  }
  return entries;
}

const NOTHING = '0'.repeat(ID_DIGITS);
