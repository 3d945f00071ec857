import { createHash } from 'node:crypto';
import { hash64 } from '../../functions/shared/hash.ts';

/** Minimum length of a part of a hash. Shorter parts could be in a text by chance. */
const MIN_HASH = 8;

/** Returns the names of the values that a text contains, also encoded or hashed. Ignores case. */
export function canariesIn(text: string | Uint8Array, values: Readonly<Record<string, string>>): string[] {
  const searched = (typeof text === 'string' ? text : Buffer.from(text).toString('latin1')).toLowerCase();
  return Object.entries(values)
    .filter(([, value]) => formsOf(value).some((form) => searched.includes(form.toLowerCase())))
    .map(([name]) => name);
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // Base64 can begin at three positions in a group. The characters that also encode neighboring bytes are left out.
  const encoded = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const inner = text.slice(shift === 0 ? 0 : shift + 1, -1);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hashes = ['sha256', 'sha1', 'md5'].map((kind) =>
    createHash(kind).update(value).digest('hex').slice(0, MIN_HASH),
  );
  return [
    value,
    value.replace(/[^a-z0-9]+/gi, '-'),
    encodeURIComponent(value),
    encodeURIComponent(encodeURIComponent(value)),
    encodeURIComponent(value).replaceAll('%', '='),
    bytes.toString('hex'),
    ...encoded,
    ...hashes,
    hash64(value).slice(0, MIN_HASH),
  ];
}
