interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Whether hosts below `domain` get it, too. */
  readonly forSubdomains: boolean;
  readonly path: string;
  readonly secure: boolean;
}

/** To this machine a connection is secure without https, as browsers and curl have it. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** Browsers hold 50 or more of a site. */
const MAX_COOKIES = 50;
const MAX_COOKIE_LENGTH = 4_096;
/** What is never part of a name or value, and could not be sent. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const UNSENDABLE = /[\u0000-\u001f\u007f]|[^\u0000-\u00ff]/;

/**
 * The cookies of one chain of redirects, as RFC 6265 has them: some sites set one and lead back, and show the feed to who
 * brings it. Kept in memory for that one request.
 */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  /** Takes the Set-Cookie headers of an answer. */
  store(url: URL, headers: readonly string[], now: number): void {
    for (const header of headers) {
      const { cookie, expired } = read(header, url, now);
      if (!cookie) continue;
      const key = [cookie.domain, cookie.path, cookie.name].join('\n');
      this.#cookies.delete(key);
      if (!expired && this.#cookies.size < MAX_COOKIES) this.#cookies.set(key, cookie);
    }
  }

  /** Returns the Cookie header of a request; empty for none. */
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

function read(header: string, url: URL, now: number): { cookie?: Cookie; expired?: boolean } {
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
 * Whether a domain is one site, as far as its form tells: not an address, and no "com" or "co.uk" below which everyone has
 * a site. The list of all such names is 200 KB; what it would keep apart is one chain of redirects.
 */
function isSite(domain: string): boolean {
  return /^[^.]+(\.[^.]+)*\.[a-z][^.]+$/.test(domain) && !/^[^.]{2,3}\.[a-z]{2}$/.test(domain);
}

/** A cookie is taken back by giving it a time that is over. */
function isExpired(attributes: ReadonlyMap<string, string>, now: number): boolean {
  const age = attributes.get('max-age') ?? '';
  if (/^-?\d+$/.test(age)) return Number(age) <= 0;
  return Date.parse(attributes.get('expires') ?? '') <= now;
}
