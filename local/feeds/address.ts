import { hash64 } from '../../functions/shared/hash.ts';

/** Longer is no address that a server would take. */
const LONGEST = 2_000;

/** An address as the configuration takes it, or what is wrong with it. */
export type Address = { readonly url: string } | { readonly fault: string };

/**
 * Reads the address of a feed as people and other readers write it: `feed:` in front of it or in place of `http:`, and
 * spaces around it. Without a scheme it is no address, unless `scheme` says which to take.
 */
export function readAddress(text: string, scheme?: string): Address {
  const trimmed = text.trim();
  const plain = trimmed.replace(/^feed:(?:\/\/)?(?=https?:)/i, '').replace(/^feed:(?:\/\/)?/i, 'http://');
  const given = /^[a-z][a-z0-9+.-]*:(\/|(?!\d))/i.test(plain) || scheme === undefined;
  const address = given ? plain : `${scheme}://${plain}`;
  if (!URL.canParse(address)) return { fault: 'no address' };
  const { protocol, username, password, href } = new URL(address);
  if (!/^https?:$/.test(protocol)) return { fault: `an address of ${protocol}, not http or https` };
  if (username !== '' || password !== '') return { fault: 'an address with a user name or password' };
  if (href.length > LONGEST) return { fault: `an address of more than ${LONGEST} characters` };
  return { url: href };
}

/**
 * One spelling for the addresses of one feed: no scheme, fragment, trailing slash or campaign. Less is folded than for
 * items, because what tracks a reader there (cid, source, ref) often is what tells one feed from another.
 */
export function feedKey(address: string): string {
  const url = new URL(address);
  const parameters = [...url.searchParams].filter(([name]) => !/^utm_/i.test(name));
  const search = parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`;
  // The look-behind keeps it linear in a path of slashes.
  return `${url.host}${url.pathname.replace(/(?<!\/)\/+$/, '')}${search}`;
}

const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** An id that nobody has: the one that the address gives by itself where it is free. */
export function freeId(slug: string, url: string, taken: ReadonlySet<string>): string {
  if (ID.test(slug) && !taken.has(slug)) return slug;
  const hash = hash64(url);
  const hashed = ID.test(slug) ? `${slug}-${hash.slice(0, 8)}` : `feed-${hash.slice(0, 8)}`;
  return taken.has(hashed) ? `feed-${hash}` : hashed;
}
