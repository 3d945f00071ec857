import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Ranges that are not public according to IANA's registries of special-purpose addresses, and the addresses of cloud services.
 * ipaddr.js has the same ranges but would add 13 KB to a bundle that is nearly full;
 * test/functions/poll/fetch/ssrf-guard.test.ts compares the two (ADR 12).
 */
const SPECIAL_RANGES: Readonly<Record<'ipv4' | 'ipv6', Readonly<Record<string, readonly string[]>>>> = {
  ipv4: {
    loopback: ['127.0.0.0/8'],
    private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
    'link-local': ['169.254.0.0/16'],
    "provider's": ['100.64.0.0/10'],
    // Public according to the registries, but on Azure the host of the virtual machine answers at this address.
    metadata: ['168.63.129.16/32'],
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
    // Teredo, ORCHID and others, and 6to4. An embedded IPv4 address may not be public.
    reserved: ['2001::/23', '2002::/16', '2620:4f:8000::/48'],
  },
};

/** The allocated part of IPv6. Mapped, compatible, translated (NAT64) and local addresses are outside of it. */
const GLOBAL_UNICAST = blockListOf('ipv6', ['2000::/3']);

const RANGE_LISTS = {
  ipv4: Object.entries(SPECIAL_RANGES.ipv4).map(([kind, subnets]) => ({
    kind,
    list: blockListOf('ipv4', subnets),
  })),
  ipv6: Object.entries(SPECIAL_RANGES.ipv6).map(([kind, subnets]) => ({
    kind,
    list: blockListOf('ipv6', subnets),
  })),
};

function blockListOf(family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Returns whether the host of a URL is a loopback name or address. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const isIp = /^[\d.]+$/.test(host) || host.includes(':');
  return /(^|\.)localhost\.?$/.test(host) || (isIp && specialAddressKind(host) === 'loopback');
}

/** Returns the kind of an address that is not public, `reserved` for an invalid address, and undefined for a public one. */
export function specialAddressKind(address: string): string | undefined {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  // An address with a zone (fe80::1%eth0) is local to one link, whatever its number.
  if (family === 'ipv6' && (!isIPv6(address) || address.includes('%'))) return 'reserved';
  const special = RANGE_LISTS[family].find(({ list }) => list.check(address, family))?.kind;
  if (special !== undefined || family === 'ipv4') return special;
  return GLOBAL_UNICAST.check(address, 'ipv6') ? undefined : 'reserved';
}
