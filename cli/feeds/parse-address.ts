import { withoutFeedScheme } from '../../functions/poll/parser/fields/web-url.ts';
import { hash64 } from '../../functions/shared/hash.ts';

/** Longer is no address that a server would take. */
const MAX_LENGTH = 2_000;

/** An address as the configuration takes it, or what is wrong with it. */
export type ParsedAddress = { readonly url: string } | { readonly fault: string };

/**
 * Reads the address of a feed as people and other readers write it: with feed:, itpc: or podcast: in place of http: or
 * before it, escaped once too often, in quotes or pointed brackets, or without a scheme, which is https then.
 */
export function parseAddress(text: string): ParsedAddress {
  const bare = text.trim().replace(/^["'<]+|["'>]+$/g, '');
  const plain = withoutFeedScheme(unescaped(bare))
    .replace(/^(https?)\/\//i, '$1://')
    .replace(/^(?:https?:\/\/)+(?=https?:\/\/)/i, '');
  const hasScheme = /^[a-z][a-z0-9+.-]*:(\/|(?!\d))/i.test(plain);
  const address = hasScheme ? plain : `https://${plain.replace(/^\/\//, '')}`;
  if (!URL.canParse(address)) return { fault: 'no address' };
  const { protocol, username, password, href, hostname } = new URL(address);
  if (!hasScheme && !isHost(hostname, plain)) return { fault: 'no address' };
  if (!/^https?:$/.test(protocol)) return { fault: `an address of ${protocol}, not http or https` };
  if (username !== '' || password !== '') return { fault: 'an address with a user name or password' };
  if (href.length > MAX_LENGTH) return { fault: `an address of more than ${MAX_LENGTH} characters` };
  return { url: plain.includes('${') ? href.replace(/\$%7B(\w+)%7D/g, (_, name) => `\${${name}}`) : href };
}

/** "https%3A%2F%2Fexample.org%2Ffeed" is what some exports write. */
function unescaped(text: string): string {
  if (!/^[a-z]+%3a%2f%2f[^/]*$/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** "example.org/rss" is an address without its scheme; "rss.xml", "/rss" and "news" are none. */
function isHost(hostname: string, written: string): boolean {
  if (written.startsWith('/') && !written.startsWith('//')) return false;
  const isFile = /^[^/]*\.(xml|rss|rdf|atom|json|html?|php|opml|txt)$/i.test(written);
  return !isFile && (hostname === 'localhost' || /\.[^.]+$|^\[/.test(hostname));
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
export function unusedId(slug: string, url: string, taken: ReadonlySet<string>): string {
  if (ID.test(slug) && !taken.has(slug)) return slug;
  const hash = hash64(url);
  const hashed = ID.test(slug) ? `${slug}-${hash.slice(0, 8)}` : `feed-${hash.slice(0, 8)}`;
  return taken.has(hashed) ? `feed-${hash}` : hashed;
}
