import { decodeEntities } from '../text/entities.ts';

/** Replaces or precedes http in links that open a feed reader or a podcast app. */
const FEED_SCHEME = /^(?:feed|rss|itpc|pcast|podcast)(s?):(?:\/\/|(?!\d))/i;

export function hasFeedScheme(address: string): boolean {
  return FEED_SCHEME.test(address.trim());
}

/**
 * Returns an address without the scheme of an app (feed:, itpc:, podcast: …), and with "&" for "&amp;", which no address
 * contains.
 */
export function withoutFeedScheme(written: string): string {
  const address = written.trim().replace(/&(?:amp;|#0*38;|#x0*26;)+/gi, '&');
  const inner = address.replace(FEED_SCHEME, '');
  if (inner === address || /^https?:/i.test(inner)) return inner;
  return `http${FEED_SCHEME.exec(address)?.[1] ?? ''}://${inner}`;
}

/** Characters. Clients cannot follow longer addresses. */
export const MAX_URL = 2_000;

/** The bases of relative addresses. */
export interface BaseUrls {
  readonly base: string | undefined;
  /** The base of addresses that begin with "/". Defaults to `base`. */
  readonly site?: string | undefined;
  /** The base of addresses that begin with "//". Defaults to `base`. */
  readonly feed?: string | undefined;
}

/**
 * Returns a normalised web address, or undefined if the text is not an address. Repairs addresses that are escaped once too
 * often, or whose scheme is missing or misspelt.
 */
export function webUrl(
  text: string | undefined,
  { base, site = base, feed = base }: BaseUrls = NO_BASE,
): string | undefined {
  if (!text || text.length > MAX_URL * 2) return undefined;
  const trimmed = trimInvisible(text.trim());
  if (trimmed === '' || trimmed.length > MAX_URL) return undefined;
  const address = trimmed.includes('&') ? decodeAddress(trimmed) : trimmed;
  const url = WELL_FORMED.test(address) ? URL.parse(address) : parseWithBase(address, { base, site, feed });
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

const NO_BASE: BaseUrls = { base: undefined };

/** Most addresses need no repair. */
const WELL_FORMED = /^https?:\/\/(?!https?[:/]|[/\\])/i;

function parseWithBase(written: string, { base, site, feed }: BaseUrls): URL | null {
  const address = withScheme(written, [base, site]);
  const [slashes = ''] = /^[/\\]{0,2}/.exec(address) ?? [];
  return URL.parse(address, [base, site, feed][slashes.length]);
}

/** Returns whether two addresses are on different sites. Ignores "www." */
export function areDifferentSites(one: string | undefined, other: string | undefined): boolean {
  const [host, otherHost] = [one, other].map((address) => hostOf(address)?.replace(/^www\./, ''));
  return host !== undefined && otherHost !== undefined && host !== otherHost;
}

function hostOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : URL.parse(address)?.hostname;
}

const INVISIBLE_ENDS = /^[\s\u00ad\u200b-\u200f\u2060]+|[\s\u00ad\u200b-\u200f\u2060]+$/g;

/** Removes invisible characters that were copied with an address. */
function trimInvisible(address: string): string {
  const isPlain = address.charCodeAt(0) < 0x80 && address.charCodeAt(address.length - 1) < 0x80;
  return isPlain ? address : address.replace(INVISIBLE_ENDS, '');
}

const ESCAPED_AMPERSAND = /&(?:(?:amp|#0{0,4}38|#x0{0,4}26);)+/gi;
const ESCAPED = /&(?:lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});/gi;

/** Decodes the entities in an address, where they are always errors. */
function decodeAddress(address: string): string {
  return address
    .replace(ESCAPED_AMPERSAND, '&')
    .replace(ESCAPED, (entity) => decodeEntities(entity.toLowerCase()));
}

const DOUBLE_SCHEME = /^https?:[/\\]{0,2}(?=https?:[/\\]{2})/i;
/** A misspelt scheme, in which letters, colons or slashes are missing, wrong or too many; or only its colon and slashes. */
const BROKEN_SCHEME = /^(?:h{0,2}t{1,3}p{1,2}(s{0,2})(?:[:;.]{1,2}[/\\]{0,4}|[/\\]{2,4}):?|:[/\\]{2,4})/i;
const HOST = /^((?:[\p{L}\p{N}][\p{L}\p{N}_-]{0,62}\.)+\p{L}[\p{L}\p{N}-]{1,61})(?::\d{1,5})?(?=[/\\?#]|$)/iu;
const FILE_NAME = /\.(?:x?html?|php\d?|aspx?|jsp|cgi|xml|rss|atom|json|txt|md|pdf)$/i;
/**
 * Texts like these are certainly hosts, because no file has such a name. Other hosts are recognised if they share the domain
 * of the feed or its site.
 */
const CERTAIN_HOST = /^www\.|\.(?:com|net|org|edu|gov|info)(?:\.[a-z]{2})?$|\.(?:co|ac|gov)\.[a-z]{2}$/i;

function withScheme(written: string, bases: readonly (string | undefined)[]): string {
  const address = written.replace(DOUBLE_SCHEME, '');
  if (WELL_FORMED.test(address)) return address;
  const [broken = '', s] = BROKEN_SCHEME.exec(address) ?? [];
  const rest = address.slice(broken.length);
  const [, host] = HOST.exec(rest) ?? [];
  if (host === undefined || FILE_NAME.test(host)) return address;
  if (s !== undefined) return `http${s && 's'}://${rest}`;
  const related = bases.find((base) => haveSameDomain(host.toLowerCase(), hostOf(base)));
  if (broken === '' && related === undefined && !CERTAIN_HOST.test(host)) return address;
  return `${related?.startsWith('http:') ? 'http' : 'https'}://${rest}`;
}

function haveSameDomain(host: string, other: string | undefined): boolean {
  return other !== undefined && domainOf(host) === domainOf(other);
}

/** Returns the last two labels of a host. */
function domainOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}
