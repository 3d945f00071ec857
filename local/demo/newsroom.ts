import { once } from 'node:events';
import { createServer } from 'node:http';
import { NewsAlertsError } from '../../functions/shared/errors.ts';
import type { Clock } from '../../functions/shared/model.ts';
import { respondTo } from './reply.ts';

const HOST = '127.0.0.1';

export interface Newsroom {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves the newspapers of the demo on loopback. Their day begins at the start and follows the given clock (ms since the
 * epoch), which may be faster than the wall clock.
 * @throws NewsAlertsError if the port is in use
 */
export async function startNewsroom(options: { clock: Clock; port?: number }): Promise<Newsroom> {
  const { clock, port = 0 } = options;
  const openedAt = clock();
  const server = createServer();
  server.listen(port, HOST);
  await once(server, 'listening').catch((cause: unknown) => {
    throw new NewsAlertsError(`The demo newsroom cannot listen on ${HOST}:${port}.`, { cause });
  });
  const address = server.address();
  const url = `http://${HOST}:${address !== null && typeof address === 'object' ? address.port : port}`;

  server.on('request', ({ method = '', url: target = '/', headers }, response) => {
    const now = clock();
    const reply = respondTo({ method, target, headers }, { newsroomUrl: url, openedAt, now });
    response.writeHead(reply.status, { Date: new Date(now).toUTCString(), ...reply.headers });
    response.end(method === 'HEAD' ? undefined : reply.body);
  });

  return {
    url,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        // close() would wait for connections that a client keeps open.
        server.closeAllConnections();
      }),
  };
}
