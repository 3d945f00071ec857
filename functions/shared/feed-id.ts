import { hash64 } from './hash.ts';
import { isSecretParameterName, isToken } from './redact-address.ts';

/** Hex digits of the hash at the end of an id. */
const HASH_DIGITS = 8;

/**
 * Returns the id of a feed without a configured id: the host and the path of its address, up to the first part that may be a
 * secret. If the id leaves out part of the address, a hash of the address follows. The hash ignores the values of parameters
 * whose names suggest a secret, so it reveals nothing about the secrets, and the id stays the same when they are replaced.
 */
export function generatedId(address: string): string {
  const { name, isWhole } = publicPart(address);
  return isWhole ? name : withHash(name, address.replace(/([?&;])([^=&;#]+)=[^&;#]*/g, withoutSecret));
}

function withoutSecret(parameter: string, sign: string, name: string): string {
  return isSecretParameterName(name) ? `${sign}${name}=` : parameter;
}

/** Returns the id of an address whose generated id is already taken by another feed. */
export function distinctId(address: string): string {
  return withHash(publicPart(address).name, address);
}

function withHash(name: string, text: string): string {
  const hash = hash64(text).slice(0, HASH_DIGITS);
  return name === '' ? `feed-${hash}` : `${name}-${hash}`;
}

function publicPart(address: string): { readonly name: string; readonly isWhole: boolean } {
  const { hostname, pathname, search } = new URL(address);
  const segments = pathname.split('/');
  const secret = segments.findIndex((segment) => isToken(segment) || /\$(\{|%7b)/i.test(segment));
  const path = secret < 0 ? pathname : segments.slice(0, secret).join('/');
  return { name: slug(hostname + path), isWhole: secret < 0 && search === '' };
}

function slug(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return words.replace(/^-|-$/g, '').slice(0, 48).replace(/-$/, '');
}

/** Returns the ids that releases up to 0.1.0 gave an address. These ids include the address's query. */
export function formerIds(address: string): string[] {
  const { hostname, pathname, search } = new URL(address);
  const id = slug(`${hostname}${pathname}${search}`);
  return [`${id}-${hash64(address).slice(0, HASH_DIGITS)}`, id];
}

/**
 * Returns the ids under which the state of a feed may have been stored before: by an earlier release, or by this release while
 * the file still contained the secrets themselves. Returns none for a feed with a configured id.
 *
 * @param written the address in the file
 * @param address the same address with the values of its secrets
 */
export function earlierIds(id: string, written: string, address: string): string[] {
  if (id !== generatedId(written) && id !== distinctId(written)) return [];
  const all = [generatedId(written), generatedId(address), ...formerIds(address)];
  return [...new Set(all)].filter((earlier) => earlier !== id);
}

/** Returns the prefix that the ids of a feed share in all releases; undefined for a configured id. */
export function commonIdPrefix(id: string): string | undefined {
  return /^(.+)-[0-9a-f]{8}$/.exec(id)?.[1];
}
