interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Whether subdomains of `domain` get the cookie too. */
  readonly forSubdomains: boolean;
  readonly path: string;
  readonly secure: boolean;
}

/** Browsers and curl treat connections to this machine as secure without https. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** Browsers keep 50 or more per site. */
const MAX_COOKIES = 50;
const MAX_COOKIE_LENGTH = 4_096;
/** Characters that names and values cannot contain, and that could not be sent. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refuses control characters
const UNSENDABLE = /[\u0000-\u001f\u007f]|[^\u0000-\u00ff]/;

/**
 * Keeps the cookies of one chain of redirects in memory, as RFC 6265 defines them. Some sites set a cookie, redirect back, and
 * show the feed only to clients that send it.
 */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  /** Stores the cookies of a response's Set-Cookie headers. */
  store(url: URL, headers: readonly string[], now: number): void {
    for (const header of headers) {
      const { cookie, expired } = parseSetCookie(header, url, now);
      if (!cookie) continue;
      const key = [cookie.domain, cookie.path, cookie.name].join('\n');
      this.#cookies.delete(key);
      if (!expired && this.#cookies.size < MAX_COOKIES) this.#cookies.set(key, cookie);
    }
  }

  /** Returns the Cookie header of a request; empty if there are no cookies. */
  headerFor(url: URL): string {
    return [...this.#cookies.values()]
      .filter((cookie) => isSentTo(cookie, url))
      .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
      .join('; ');
  }
}

function isSentTo({ domain, forSubdomains, path, secure }: Cookie, { protocol, hostname, pathname }: URL) {
  const isHost = hostname === domain || (forSubdomains && hostname.endsWith(`.${domain}`));
  const isPath = pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
  return isHost && isPath && (!secure || protocol === 'https:' || LOOPBACK.test(hostname));
}

function parseSetCookie(header: string, url: URL, now: number): { cookie?: Cookie; expired?: boolean } {
  const [pair = '', ...rest] = header.split(';').map((part) => part.trim());
  if (pair === '' || pair === '=' || pair.length > MAX_COOKIE_LENGTH || UNSENDABLE.test(pair)) return {};
  const attributes = new Map(rest.map(nameAndValue).map(([name, value]) => [name.toLowerCase(), value]));
  const [name, value] = pair.includes('=') ? nameAndValue(pair) : ['', pair];
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  const isOwn = domain === url.hostname || url.hostname.endsWith(`.${domain}`);
  if (domain !== '' && !isOwn) return {};
  const forSubdomains = isSite(domain);
  const path = attributes.get('path') ?? '';
  const cookie: Cookie = {
    name,
    value,
    domain: forSubdomains ? domain : url.hostname,
    forSubdomains,
    path: path.startsWith('/') ? path : url.pathname.replace(/\/[^/]*$/, '') || '/',
    secure: attributes.has('secure'),
  };
  return { cookie, expired: isExpired(attributes, now) };
}

function nameAndValue(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/**
 * Guesses from the form of a domain whether it belongs to one site. An IP address does not, nor does a public suffix such as
 * "com" or "co.uk". The list of all public suffixes is 200 KB, too much for the cookies of one chain of redirects.
 */
function isSite(domain: string): boolean {
  return /^[^.]+(\.[^.]+)*\.[a-z][^.]+$/.test(domain) && !/^[^.]{2,3}\.[a-z]{2}$/.test(domain);
}

/** Servers delete a cookie by setting it with an expiry time in the past. */
function isExpired(attributes: ReadonlyMap<string, string>, now: number): boolean {
  const age = attributes.get('max-age') ?? '';
  if (/^-?\d+$/.test(age)) return Number(age) <= 0;
  return Date.parse(attributes.get('expires') ?? '') <= now;
}
