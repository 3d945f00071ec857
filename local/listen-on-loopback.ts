import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NewsAlertsError } from '../functions/shared/errors.ts';

/** Another program listens on the port. */
export class PortInUse extends NewsAlertsError {
  override name = 'PortInUse';
}

/**
 * Starts a server on a port of 127.0.0.1, and returns its address.
 * @throws PortInUse if the port is in use; `option` is the option that sets it, and `command` what it follows
 */
export async function listenOnLoopback(
  server: Server,
  port: number,
  option: string,
  command = 'npx news-alerts start',
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new PortInUse(
            `expected port ${port} to be free, but another program is listening on it; stop that program, or choose another port: ${command} ${option} ${port + (port > 65_000 ? -100 : 100)}`,
          ),
        );
      } else reject(error);
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
