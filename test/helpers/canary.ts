import { createHash } from 'node:crypto';
import { hash64 } from '../../functions/shared/hash.ts';

/** Characters of a hash, of which fewer stand in a text by chance. */
const MIN_HASH = 8;

/** Returns which of these values a text holds, also encoded or hashed. Letters count in either case. */
export function canariesIn(text: string | Uint8Array, values: Readonly<Record<string, string>>): string[] {
  const searched = (typeof text === 'string' ? text : Buffer.from(text).toString('latin1')).toLowerCase();
  return Object.entries(values)
    .filter(([, value]) => formsOf(value).some((form) => searched.includes(form.toLowerCase())))
    .map(([name]) => name);
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // At each of the three places in a group that base64 can begin at, without the characters that hold bits of others.
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
