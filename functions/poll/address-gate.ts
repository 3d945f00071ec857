import dns from 'node:dns';
import { BlockList, isIPv4, isIPv6, type LookupFunction } from 'node:net';

/** An address that feeds are not fetched from; the message says which, why, and what to do. */
export class Refused extends Error {}

/**
 * What the IANA's registries of special addresses keep from the internet. ipaddr.js knows the same, in 13 KB of a bundle
 * that is nearly full; test/functions/poll/address-gate.test.ts compares the two (ADR 12).
 */
const SPECIAL: Readonly<Record<'ipv4' | 'ipv6', Readonly<Record<string, readonly string[]>>>> = {
  ipv4: {
    loopback: ['127.0.0.0/8'],
    private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
    'link-local': ['169.254.0.0/16'],
    "provider's": ['100.64.0.0/10'],
    multicast: ['224.0.0.0/4'],
    documentation: ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
    reserved: [
      '0.0.0.0/8',
      '192.0.0.0/24',
      '192.31.196.0/24',
      '192.52.193.0/24',
      '192.88.99.0/24',
      '192.175.48.0/24',
      '198.18.0.0/15',
      '240.0.0.0/4',
    ],
  },
  ipv6: {
    loopback: ['::1/128'],
    private: ['fc00::/7', 'fec0::/10'],
    'link-local': ['fe80::/10'],
    multicast: ['ff00::/8'],
    documentation: ['2001:db8::/32', '3fff::/20'],
    // Teredo, ORCHID and others, and 6to4: what has an IPv4 address in it may lead to one that is not public.
    reserved: ['2001::/23', '2002::/16', '2620:4f:8000::/48'],
  },
};

/** All that has been given out of IPv6. Mapped, compatible, translated (NAT64) and local addresses lie outside. */
const GIVEN_OUT = listOf('ipv6', ['2000::/3']);

const KINDS = {
  ipv4: Object.entries(SPECIAL.ipv4).map(([kind, subnets]) => ({ kind, list: listOf('ipv4', subnets) })),
  ipv6: Object.entries(SPECIAL.ipv6).map(([kind, subnets]) => ({ kind, list: listOf('ipv6', subnets) })),
};

function listOf(family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** What an address is if it is not public. What cannot be read as an address is `reserved`. */
export function specialKind(address: string): string | undefined {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  // With a zone (fe80::1%eth0) it is of one link, whatever its number says.
  if (family === 'ipv6' && (!isIPv6(address) || address.includes('%'))) return 'reserved';
  const special = KINDS[family].find(({ list }) => list.check(address, family))?.kind;
  if (special !== undefined || family === 'ipv4') return special;
  return GIVEN_OUT.check(address, 'ipv6') ? undefined : 'reserved';
}

export interface GateOptions {
  /** Lets 127.0.0.0/8 and ::1 through, and nothing else that is not public: for feeds of this machine. */
  readonly loopback?: boolean;
}

/** Keeps fetches to the public internet: `url` before a request, `host` and `lookup` when a connection is made. */
export interface AddressGate {
  /** Throws unless it is http(s) without a user, on the port 80, 443 or `ownPort`. */
  url(url: URL, ownPort: string): void;
  /** Throws if the host is an IP address that is not public. Names are for `lookup`. */
  host(host: string): void;
  /** Resolves a name to public addresses. Nothing is looked up again before the connection is made to one of them. */
  readonly lookup: LookupFunction;
}

export function addressGate({ loopback = false }: GateOptions = {}): AddressGate {
  const check = (address: string, name: string) => {
    const kind = specialKind(address);
    if (kind === undefined || (kind === 'loopback' && loopback)) return;
    const what = name === address ? address : `${name} is ${address}, which`;
    const remedy =
      kind === 'loopback'
        ? 'start and feeds add read feeds of this machine with --loopback-feeds'
        : 'give an address that is on the public internet';
    throw new Refused(`${what} is a ${kind} address: ${remedy}`);
  };
  return {
    url({ protocol, username, password, port, origin }, ownPort) {
      if (protocol !== 'http:' && protocol !== 'https:') {
        throw new Refused(`${protocol} is no protocol for feeds: give an address with http or https`);
      }
      if (username !== '' || password !== '') {
        throw new Refused(`an address at ${origin} with a user name or password: give one without`);
      }
      // What is not told by `port` is the protocol's own.
      if (!['', '80', '443', ownPort].includes(port)) {
        throw new Refused(
          `${origin} is on port ${port}: redirects lead to 80, 443 or the feed's own port; give the feed's address itself`,
        );
      }
    },
    host(host) {
      if (isIPv4(host) || isIPv6(host)) check(host, host);
    },
    lookup(name, options, callback) {
      dns.lookup(name, { ...options, all: true }, (error, addresses) => {
        const [first] = addresses ?? [];
        if (error || !first) return callback(error ?? new Error(`no address of ${name}`), []);
        try {
          // One that is not public among others that are is a trap, or a mistake that would show on some days only.
          for (const { address } of addresses) check(address, name);
        } catch (refused) {
          return callback(refused as Refused, []);
        }
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    },
  };
}
