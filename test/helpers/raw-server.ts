import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawServer {
  readonly url: string;
  /** The heads of the requests in order, one for each connection. */
  readonly requests: readonly string[];
}

/** Starts a server for one test. `answer` writes to the connection after the head of a request is read. */
export async function rawServer(answer: (socket: Socket, path: string) => void): Promise<RawServer> {
  const requests: string[] = [];
  const server = createServer((socket) => {
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      requests.push(head);
      const [, path = ''] = head.split(' ');
      head = '';
      answer(socket, path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
