// Connections and name lookups throw unless they are for loopback, so no test leaves the machine.
import dns from 'node:dns';
import net from 'node:net';

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

function refuse(host: unknown): never {
  throw new Error(`A test may contact only loopback (127.0.0.0/8, ::1), but asked for ${String(host)}`);
}

// Test files that share a process need the guard only once.
const GUARDED = Symbol.for('news-alerts.loopback-only');
const { connect } = net.Socket.prototype;
const { lookup } = dns;
const guard = () => {
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
    // net.connect() passes its normalised arguments as one array.
    const [options] = (Array.isArray(args[0]) ? args[0] : args) as [unknown];
    if (typeof options === 'object' && options !== null) {
      const { host, path } = options as { host?: string; path?: string };
      if (path === undefined && host !== undefined && !LOOPBACK.test(host)) refuse(host);
    }
    return connect.apply(this, args as Parameters<typeof connect>);
  } as typeof connect;

  dns.lookup = ((host: string, ...rest: unknown[]) => {
    if (!LOOPBACK.test(host)) refuse(host);
    return (lookup as (...args: unknown[]) => void)(host, ...rest);
  }) as typeof lookup;
};
if (!(GUARDED in net)) {
  Object.defineProperty(net, GUARDED, { value: true });
  guard();
}
