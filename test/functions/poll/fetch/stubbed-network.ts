import dns, { type LookupAddress } from 'node:dns';
import { isIP, isIPv6, Socket, type TcpNetConnectOpts } from 'node:net';
import { vi } from 'vitest';

export interface StubbedNetwork {
  /** Addresses that connections were made to, in order. */
  readonly dialled: string[];
  /** Names that were looked up, in order. */
  readonly resolved: string[];
}

/**
 * No name is looked up but in `names`, whose answers are given one after the other, the last for ever; and every connection,
 * whatever its address, leads to a port of this machine. Until mocks are restored.
 */
export function stubNetwork(
  names: Readonly<Record<string, readonly (readonly string[])[]>>,
  port: number,
): StubbedNetwork {
  const network: StubbedNetwork = { dialled: [], resolved: [] };
  const asked = new Map<string, number>();

  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, options: unknown, callback: unknown) => {
    network.resolved.push(name);
    const answers = names[name.toLowerCase()] ?? [];
    const nth = asked.get(name) ?? 0;
    asked.set(name, nth + 1);
    const addresses = (answers[Math.min(nth, answers.length - 1)] ?? []).map((address) => ({
      address,
      family: isIPv6(address) ? 6 : 4,
    }));
    const done = callback as (error: Error | null, addresses: LookupAddress[]) => void;
    if (!(options as { all?: boolean }).all) throw new Error('expected all addresses to be asked for');
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
    // As Node does: a name alone is looked up.
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
