import dns, { type LookupAddress } from 'node:dns';
import { isIP, isIPv6, Socket, type TcpNetConnectOpts } from 'node:net';
import { vi } from 'vitest';

export interface StubbedNetwork {
  /** Addresses of the connections, in order. */
  readonly dialled: string[];
  /** Looked-up names, in order. */
  readonly resolved: string[];
}

/**
 * Resolves names from `names` alone, and leads every connection to a port on this machine, until mocks are restored. A name
 * resolves to its lists of addresses in turn, and then always to the last one.
 */
export function stubNetwork(
  names: Readonly<Record<string, readonly (readonly string[])[]>>,
  port: number,
): StubbedNetwork {
  const network: StubbedNetwork = { dialled: [], resolved: [] };
  const lookups = new Map<string, number>();

  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, options: unknown, callback: unknown) => {
    network.resolved.push(name);
    const answers = names[name.toLowerCase()] ?? [];
    const nth = lookups.get(name) ?? 0;
    lookups.set(name, nth + 1);
    const addresses = (answers[Math.min(nth, answers.length - 1)] ?? []).map((address) => ({
      address,
      family: isIPv6(address) ? 6 : 4,
    }));
    const done = callback as (error: Error | null, addresses: LookupAddress[]) => void;
    if (!(options as { all?: boolean }).all) throw new Error('expected a lookup of all addresses');
    const error = Object.assign(new Error(`${name} not found`), { code: 'ENOTFOUND' });
    process.nextTick(done, addresses.length === 0 ? error : null, addresses);
  }) as unknown as typeof dns.lookup);

  const { connect } = Socket.prototype;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const [options] = (Array.isArray(args[0]) ? args[0] : args) as [TcpNetConnectOpts];
    const { host = '', lookup } = options;
    const dial = (addresses: readonly string[]) => {
      network.dialled.push(...addresses);
      (connect as (options: TcpNetConnectOpts) => void).call(this, { port, host: '127.0.0.1' });
    };
    // Node looks up names, but not IP addresses.
    if (isIP(host)) dial([host]);
    else {
      lookup?.(host, { all: true }, (error, found) => {
        if (error) this.destroy(error);
        else dial((found as unknown as LookupAddress[]).map(({ address }) => address));
      });
    }
    return this;
  } as Socket['connect']);
  return network;
}
