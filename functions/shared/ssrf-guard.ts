import dns from 'node:dns';
import { isIPv4, isIPv6, type LookupFunction } from 'node:net';
import { isLoopbackHost, specialAddressKind } from './special-address.ts';

/** Thrown for an address that feeds must not be fetched from. The message says which address, why, and what to do. */
export class RefusedAddressError extends Error {}

export interface SsrfGuardOptions {
  /** Allows 127.0.0.0/8 and ::1, for feeds on this machine. All other non-public addresses stay refused. */
  readonly loopback?: boolean;
  /**
   * The feed's address in the file. If set, the guard is for one chain of requests, and only feeds on this machine can reach
   * loopback: a public feed cannot redirect there.
   */
  readonly feedUrl?: string;
  /** Allows this machine and private networks. Link-local addresses, such as cloud metadata, stay refused. */
  readonly ownNetwork?: boolean;
}

/** The kinds of addresses that `ownNetwork` allows. */
const OWN_NETWORK: readonly string[] = ['loopback', 'private', "provider's"];

/** Limits fetches to the public internet. `checkUrl` runs before a request; the others run when a connection is made. */
export interface SsrfGuard {
  /** Throws RefusedAddressError unless the URL is http(s) without a user, on port 80, 443 or `ownPort`. */
  checkUrl(url: URL, ownPort: string): void;
  /** Throws RefusedAddressError if the host is a non-public IP address. Names are checked by `lookup`. */
  checkHost(host: string): void;
  /** Resolves a name to public addresses. The connection goes to one of these, without another lookup. */
  readonly lookup: LookupFunction;
}

/** @param remedy returns what to do about a refused address of a kind, such as `private` */
export function ssrfGuard(
  { loopback = false, feedUrl, ownNetwork = false }: SsrfGuardOptions,
  remedy: (kind: string) => string,
): SsrfGuard {
  const feed = feedUrl === undefined ? undefined : URL.parse(feedUrl);
  const isLoopbackFeed = loopback && (feedUrl === undefined || isLoopbackHost(feed?.hostname ?? ''));
  /**
   * Set once the feed's own name, perhaps from a hosts file, has resolved to loopback at the first request. Later requests may
   * then reach loopback too.
   */
  let isLocalName = false;
  let requests = 0;
  let isOwnRequest = false;

  const mayReachLoopback = (addresses: readonly string[]) => {
    // A server that rebinds its name to loopback gains only a request for the address in the file.
    if (loopback && isOwnRequest && addresses.every((address) => specialAddressKind(address) === 'loopback'))
      isLocalName = true;
    return isLoopbackFeed || isLocalName;
  };
  const check = (address: string, name: string, isLoopbackAllowed: boolean) => {
    const kind = specialAddressKind(address);
    if (kind === undefined || (kind === 'loopback' && isLoopbackAllowed)) return;
    if (ownNetwork && OWN_NETWORK.includes(kind)) return;
    const what = name === address ? address : `${name} is ${address}, which`;
    throw new RefusedAddressError(`${what} is a ${kind} address: ${remedy(kind)}`);
  };
  return {
    checkUrl({ protocol, username, password, port, origin, href }, ownPort) {
      isOwnRequest = ++requests === 1 && href === feed?.href;
      if (protocol !== 'http:' && protocol !== 'https:') {
        throw new RefusedAddressError(
          `${protocol} is not a protocol for feeds: use an http or https address`,
        );
      }
      if (username !== '' || password !== '') {
        throw new RefusedAddressError(
          `an address at ${origin} with a user name or password: use one without`,
        );
      }
      // `port` is empty for the protocol's default port.
      if (!['', '80', '443', ownPort].includes(port)) {
        throw new RefusedAddressError(
          `${origin} is on port ${port}: redirects may lead only to port 80, 443 or the feed's own; use the final address directly`,
        );
      }
    },
    checkHost(host) {
      if (isIPv4(host) || isIPv6(host)) check(host, host, isLoopbackFeed);
    },
    lookup(name, options, callback) {
      dns.lookup(name, { ...options, all: true }, (error, addresses) => {
        const [first] = addresses ?? [];
        if (error || !first) return callback(error ?? new Error(`no address for ${name}`), []);
        try {
          // Refuses all addresses if one is not public: a mix is a trap, or a mistake that would fail only on some days.
          const isLoopbackAllowed = mayReachLoopback(addresses.map(({ address }) => address));
          for (const { address } of addresses) check(address, name, isLoopbackAllowed);
        } catch (refused) {
          return callback(refused as RefusedAddressError, []);
        }
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
  };
}
