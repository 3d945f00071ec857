import dns from 'node:dns';
import { isIPv4, isIPv6, type LookupFunction } from 'node:net';
import { isLoopbackHost, specialAddressKind } from '../../shared/special-address.ts';

/** An address that feeds are not fetched from; the message says which, why, and what to do. */
export class RefusedAddressError extends Error {}

export interface SsrfGuardOptions {
  /** Lets 127.0.0.0/8 and ::1 through, and nothing else that is not public: for feeds of this machine. */
  readonly loopback?: boolean;
  /**
   * Address of the feed in the file. With it, the gate is for one chain of requests, and lets only feeds of this machine
   * reach loopback, not what a public feed redirects to.
   */
  readonly feedUrl?: string;
}

/** Keeps fetches to the public internet: `url` before a request, `host` and `lookup` when a connection is made. */
export interface SsrfGuard {
  /** Throws unless it is http(s) without a user, on the port 80, 443 or `ownPort`. */
  checkUrl(url: URL, ownPort: string): void;
  /** Throws if the host is an IP address that is not public. Names are for `lookup`. */
  checkHost(host: string): void;
  /** Resolves a name to public addresses. Nothing is looked up again before the connection is made to one of them. */
  readonly lookup: LookupFunction;
}

export function ssrfGuard({ loopback = false, feedUrl }: SsrfGuardOptions = {}): SsrfGuard {
  const feed = feedUrl === undefined ? undefined : URL.parse(feedUrl);
  const isOpen = loopback && (feedUrl === undefined || isLoopbackHost(feed?.hostname ?? ''));
  /** The feed's own name, as of a hosts file, led to this machine at the first request: names may do so again. */
  let isLocalName = false;
  let requests = 0;
  let isOwnRequest = false;

  const reachesLoopback = (addresses: readonly string[]) => {
    // A server that rebinds its name gains no more than a request for the address in the file.
    if (loopback && isOwnRequest && addresses.every((address) => specialAddressKind(address) === 'loopback'))
      isLocalName = true;
    return isOpen || isLocalName;
  };
  const check = (address: string, name: string, isAllowed: boolean) => {
    const kind = specialAddressKind(address);
    if (kind === undefined || (kind === 'loopback' && isAllowed)) return;
    const what = name === address ? address : `${name} is ${address}, which`;
    const remedy =
      kind !== 'loopback'
        ? 'give an address that is on the public internet'
        : loopback
          ? 'only feeds whose own address is of this machine are read there; give this address itself'
          : 'start and feeds add read feeds of this machine with --loopback-feeds';
    throw new RefusedAddressError(`${what} is a ${kind} address: ${remedy}`);
  };
  return {
    checkUrl({ protocol, username, password, port, origin, href }, ownPort) {
      isOwnRequest = ++requests === 1 && href === feed?.href;
      if (protocol !== 'http:' && protocol !== 'https:') {
        throw new RefusedAddressError(
          `${protocol} is no protocol for feeds: give an address with http or https`,
        );
      }
      if (username !== '' || password !== '') {
        throw new RefusedAddressError(
          `an address at ${origin} with a user name or password: give one without`,
        );
      }
      // What is not told by `port` is the protocol's own.
      if (!['', '80', '443', ownPort].includes(port)) {
        throw new RefusedAddressError(
          `${origin} is on port ${port}: redirects lead to 80, 443 or the feed's own port; give the feed's address itself`,
        );
      }
    },
    checkHost(host) {
      if (isIPv4(host) || isIPv6(host)) check(host, host, isOpen);
    },
    lookup(name, options, callback) {
      dns.lookup(name, { ...options, all: true }, (error, addresses) => {
        const [first] = addresses ?? [];
        if (error || !first) return callback(error ?? new Error(`no address of ${name}`), []);
        try {
          // One that is not public among others that are is a trap, or a mistake that would show on some days only.
          const isAllowed = reachesLoopback(addresses.map(({ address }) => address));
          for (const { address } of addresses) check(address, name, isAllowed);
        } catch (refused) {
          return callback(refused as RefusedAddressError, []);
        }
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
  };
}
