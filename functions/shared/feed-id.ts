import { hash64 } from './hash.ts';
import { isSecretParameterName, isToken } from './redact-address.ts';

/** Hex digits of the hash at the end of an id. */
const HASH_DIGITS = 8;

/**
 * Returns the id that an address gives by itself: of its host, and of its path up to what may be a secret. A hash of the
 * whole follows where that is not all of it. The hash is without the values of parameters that are named as secrets are, so
 * that it tells nothing of them, and the id stays when they are replaced.
 */
export function generatedId(address: string): string {
  const { name, isWhole } = publicPart(address);
  return isWhole ? name : withHash(name, address.replace(/([?&;])([^=&;#]+)=[^&;#]*/g, withoutSecret));
}

function withoutSecret(parameter: string, sign: string, name: string): string {
  return isSecretParameterName(name) ? `${sign}${name}=` : parameter;
}

/** Returns the id of an address whose generated id is that of another one as well. */
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

/** Returns the ids that releases up to 0.1.0 gave an address, of which the query was a part. */
export function formerIds(address: string): string[] {
  const { hostname, pathname, search } = new URL(address);
  const id = slug(`${hostname}${pathname}${search}`);
  return [`${id}-${hash64(address).slice(0, HASH_DIGITS)}`, id];
}

/**
 * Returns the ids under which earlier releases, or this one when the file had the secrets themselves, kept what they knew
 * of a feed: none where a person has given it its id. `written`: its address in the file; `address`: with the secrets.
 */
export function earlierIds(id: string, written: string, address: string): string[] {
  if (id !== generatedId(written) && id !== distinctId(written)) return [];
  const all = [generatedId(written), generatedId(address), ...formerIds(address)];
  return [...new Set(all)].filter((one) => one !== id);
}

/** Returns the beginning that the ids of a feed in all releases have in common; undefined where it has a given id. */
export function commonIdPrefix(id: string): string | undefined {
  return /^(.+)-[0-9a-f]{8}$/.exec(id)?.[1];
}
