// Connections and name lookups throw unless they are for loopback, so no test leaves the machine.
import dns from 'node:dns';
import net from 'node:net';

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

function refuse(host: unknown): never {
  throw new Error(`A test may contact only loopback (127.0.0.0/8, ::1), but asked for ${String(host)}`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  // net.connect() passes its normalised arguments as one array.
  const [options] = (Array.isArray(args[0]) ? args[0] : args) as [unknown];
  if (typeof options === 'object' && options !== null) {
    const { host, path } = options as { host?: string; path?: string };
    if (path === undefined && host !== undefined && !LOOPBACK.test(host)) refuse(host);
  }
  return connect.apply(this, args as Parameters<typeof connect>);
} as typeof connect;

const lookup = dns.lookup;
dns.lookup = ((host: string, ...rest: unknown[]) => {
  if (!LOOPBACK.test(host)) refuse(host);
  return (lookup as (...args: unknown[]) => void)(host, ...rest);
}) as typeof lookup;
