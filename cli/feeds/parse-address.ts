import { withoutFeedScheme } from '../../functions/poll/parser/fields/web-url.ts';
import { hash64 } from '../../functions/shared/hash.ts';

/** Servers reject longer addresses. */
const MAX_LENGTH = 2_000;

/** An address in the form of the configuration, or what is wrong with it. */
export type ParsedAddress = { readonly url: string } | { readonly fault: string };

/**
 * Parses the address of a feed as people and other readers write it: with feed:, itpc: or podcast: before or instead of
 * http:, escaped once too often, in quotes or angle brackets, or without a scheme, which then is https.
 */
export function parseAddress(text: string): ParsedAddress {
  const bare = text.trim().replace(/^["'<]+|["'>]+$/g, '');
  const plain = withoutFeedScheme(unescaped(bare))
    .replace(/^(https?)\/\//i, '$1://')
    .replace(/^(?:https?:\/\/)+(?=https?:\/\/)/i, '');
  const hasScheme = /^[a-z][a-z0-9+.-]*:(\/|(?!\d))/i.test(plain);
  const address = hasScheme ? plain : `https://${plain.replace(/^\/\//, '')}`;
  if (!URL.canParse(address)) return { fault: 'not an address' };
  const { protocol, username, password, href, hostname } = new URL(address);
  if (!hasScheme && !isHost(hostname, plain)) return { fault: 'not an address' };
  if (!/^https?:$/.test(protocol)) return { fault: `an address with ${protocol}, not http: or https:` };
  if (username !== '' || password !== '') return { fault: 'an address with a user name or password' };
  if (href.length > MAX_LENGTH) return { fault: `an address of more than ${MAX_LENGTH} characters` };
  return { url: plain.includes('${') ? href.replace(/\$%7B(\w+)%7D/g, (_, name) => `\${${name}}`) : href };
}

/** Decodes an address that an export escaped as a whole, such as "https%3A%2F%2Fexample.org%2Ffeed". */
function unescaped(text: string): string {
  if (!/^[a-z]+%3a%2f%2f[^/]*$/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns whether an address without a scheme starts with a host, as "example.org/rss" does. False for "rss.xml", "/rss" and "news". */
function isHost(hostname: string, written: string): boolean {
  if (written.startsWith('/') && !written.startsWith('//')) return false;
  const isFile = /^[^/]*\.(xml|rss|rdf|atom|json|html?|php|opml|txt)$/i.test(written);
  return !isFile && (hostname === 'localhost' || /\.[^.]+$|^\[/.test(hostname));
}

/**
 * Returns a key that all spellings of a feed's address share. Ignores scheme, fragment, trailing slashes and campaign
 * parameters (utm_). Ignores fewer parameters than for items: those that track readers in the addresses of items (cid,
 * source, ref) often distinguish feeds.
 */
export function feedKey(address: string): string {
  const url = new URL(address);
  const parameters = [...url.searchParams].filter(([name]) => !/^utm_/i.test(name));
  const search = parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`;
  // The look-behind keeps the match linear for a path of many slashes.
  return `${url.host}${url.pathname.replace(/(?<!\/)\/+$/, '')}${search}`;
}

const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Returns an id that is not taken: the slug if possible, otherwise the slug or "feed" with a hash of the address. */
export function unusedId(slug: string, url: string, taken: ReadonlySet<string>): string {
  if (ID.test(slug) && !taken.has(slug)) return slug;
  const hash = hash64(url);
  const hashed = ID.test(slug) ? `${slug}-${hash.slice(0, 8)}` : `feed-${hash.slice(0, 8)}`;
  return taken.has(hashed) ? `feed-${hash}` : hashed;
}
