import { decodeEntities } from '../text/entities.ts';

/** In place of http or before it, in links that are to open a reader or a podcast app. */
const FEED_SCHEME = /^(?:feed|rss|itpc|pcast|podcast)(s?):(?:\/\/|(?!\d))/i;

export function hasFeedScheme(address: string): boolean {
  return FEED_SCHEME.test(address.trim());
}

/**
 * The address that is meant, where it is written for an app (feed:, itpc:, podcast: …) or escaped once too often: "&amp;"
 * is part of no address.
 */
export function withoutFeedScheme(written: string): string {
  const address = written.trim().replace(/&(?:amp;|#0*38;|#x0*26;)+/gi, '&');
  const inner = address.replace(FEED_SCHEME, '');
  if (inner === address || /^https?:/i.test(inner)) return inner;
  return `http${FEED_SCHEME.exec(address)?.[1] ?? ''}://${inner}`;
}

/** Longer is no address that anyone could follow. */
export const MAX_URL = 2_000;

/** Where relative addresses start from. */
export interface BaseUrls {
  readonly base: string | undefined;
  /** For those that begin with "/", if it is another. */
  readonly site?: string | undefined;
  /** For those that lack no more than the scheme, if it is another. */
  readonly feed?: string | undefined;
}

/**
 * Returns an address as a web address, or undefined where it is none. Mends one that is escaped once too often, or whose
 * scheme is missing or misspelt.
 */
export function webUrl(
  text: string | undefined,
  { base, site = base, feed = base }: BaseUrls = NO_BASE,
): string | undefined {
  if (!text || text.length > MAX_URL * 2) return undefined;
  const trimmed = withoutOddEnds(text.trim());
  if (trimmed === '' || trimmed.length > MAX_URL) return undefined;
  const address = trimmed.includes('&') ? unescaped(trimmed) : trimmed;
  const url = WELL_FORMED.test(address) ? URL.parse(address) : parsed(address, { base, site, feed });
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

const NO_BASE: BaseUrls = { base: undefined };

/** Of most addresses, nothing has to be mended. */
const WELL_FORMED = /^https?:\/\/(?!https?[:/]|[/\\])/i;

function parsed(written: string, { base, site, feed }: BaseUrls): URL | null {
  const address = withScheme(written, [base, site]);
  const [slashes = ''] = /^[/\\]{0,2}/.exec(address) ?? [];
  return URL.parse(address, [base, site, feed][slashes.length]);
}

/** Whether two addresses are of different sites. With or without "www." is the same one. */
export function areDifferentSites(one: string | undefined, other: string | undefined): boolean {
  const [host, otherHost] = [one, other].map((address) => hostOf(address)?.replace(/^www\./, ''));
  return host !== undefined && otherHost !== undefined && host !== otherHost;
}

function hostOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : URL.parse(address)?.hostname;
}

const ODD_ENDS = /^[\s\u00ad\u200b-\u200f\u2060]+|[\s\u00ad\u200b-\u200f\u2060]+$/g;

/** Without invisible characters that were copied with an address. */
function withoutOddEnds(address: string): string {
  const isPlain = address.charCodeAt(0) < 0x80 && address.charCodeAt(address.length - 1) < 0x80;
  return isPlain ? address : address.replace(ODD_ENDS, '');
}

const ESCAPED_AMPERSAND = /&(?:(?:amp|#0{0,4}38|#x0{0,4}26);)+/gi;
const ESCAPED = /&(?:lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});/gi;

/** No address has entities in it. */
function unescaped(address: string): string {
  return address
    .replace(ESCAPED_AMPERSAND, '&')
    .replace(ESCAPED, (entity) => decodeEntities(entity.toLowerCase()));
}

const GIVEN_TWICE = /^https?:[/\\]{0,2}(?=https?:[/\\]{2})/i;
/** A letter, a colon or a slash too many, too few, or another; or no name at all. */
const BROKEN = /^(?:h{0,2}t{1,3}p{1,2}(s{0,2})(?:[:;.]{1,2}[/\\]{0,4}|[/\\]{2,4}):?|:[/\\]{2,4})/i;
const HOST = /^((?:[\p{L}\p{N}][\p{L}\p{N}_-]{0,62}\.)+\p{L}[\p{L}\p{N}-]{1,61})(?::\d{1,5})?(?=[/\\?#]|$)/iu;
const FILE = /\.(?:x?html?|php\d?|aspx?|jsp|cgi|xml|rss|atom|json|txt|md|pdf)$/i;
/** No file is named like these. Other hosts are known by what they share with the feed's or its site's. */
const SURE_HOST = /^www\.|\.(?:com|net|org|edu|gov|info)(?:\.[a-z]{2})?$|\.(?:co|ac|gov)\.[a-z]{2}$/i;

function withScheme(written: string, bases: readonly (string | undefined)[]): string {
  const address = written.replace(GIVEN_TWICE, '');
  if (WELL_FORMED.test(address)) return address;
  const [broken = '', s] = BROKEN.exec(address) ?? [];
  const rest = address.slice(broken.length);
  const [, host] = HOST.exec(rest) ?? [];
  if (host === undefined || FILE.test(host)) return address;
  if (s !== undefined) return `http${s && 's'}://${rest}`;
  const near = bases.find((base) => areRelated(host.toLowerCase(), hostOf(base)));
  if (broken === '' && near === undefined && !SURE_HOST.test(host)) return address;
  return `${near?.startsWith('http:') ? 'http' : 'https'}://${rest}`;
}

/** Hosts of one domain: the last two parts are the same. */
function areRelated(host: string, other: string | undefined): boolean {
  return other !== undefined && domainOf(host) === domainOf(other);
}

function domainOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}
